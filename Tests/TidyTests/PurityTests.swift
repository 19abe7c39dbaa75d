// Pure cores take time and chance as parameters: they ask no clock, start no task, wait for nothing, open nothing.
import Testing

@Suite struct PurityTests {
    private static let folders = [
        "Sources/DeviceHAL/Model", "Sources/DeviceHAL/Core", "Sources/Telemetry/Alarms", "Sources/Telemetry/Advice",
        "Sources/Telemetry/NativeFormat", "Sources/Telemetry/Validity", "Sources/gatewayctl/Watch",
        "Sources/gatewayd/App/Audit/Chain", "Sources/gatewayd/App/Apply/Trial", "Sources/gatewayd/App/Life/Core",
        "Sources/gatewayd/Doctor",
        "Sources/DeviceHAL/Simulated/Plant", "Sources/DeviceHAL/Simulated/Scenario",
    ]
    /// Pure parts of rooms that are not.
    private static let commands = ["JSONValue", "Command", "CommandVerb", "CommandReader", "CommandMemory"]
    private static let uplink = [
        "Window.swift", "Backoff.swift", "Progress.swift", "ReplyQueue.swift", "LinkChoice.swift", "RecentBreaks.swift",
        "ReceiptBook.swift", "BatchBound.swift",
    ]
    private static let pipeline = ["BusWork", "IntakeWork"]

    /// Where time comes in, by a parameter that a test replaces: the contract of a time source, and the sensor that stamps
    /// its readings. And the one lock of the cores.
    private static let injected = [
        "Sources/DeviceHAL/Model/Time.swift": ["func sleep("],
        // Names only.
        "Sources/Platform/ClockTrust.swift": ["struct ClockTrust", "ClockEvent", "ClockStep("],
        "Sources/DeviceHAL/Core/Sensor/ModbusSensor.swift": ["clock.now()", "clock.sleep(until:"],
        "Sources/DeviceHAL/Core/Digital/DigitalSensor.swift": ["clock.now()", "clock.sleep(until:"],
        // Its lock guards a memory of pure results; the answers do not depend on it.
        "Sources/DeviceHAL/Simulated/Plant/Manhole.swift": ["Mutex<SlowHistory>", "Mutex(SlowHistory("],
    ]

    private static let impure = [
        "Task", "Clock", "sleep", ".now()", "Date", "socket", "SystemRandomNumberGenerator", "Mutex", "open", "fopen", "getenv",
        "clock_gettime", "gettimeofday", "Thread", "random()",
    ]

    /// Whether the text uses the word as a word.
    private func uses(_ word: String, in code: Substring) -> Bool {
        var rest = code
        while let range = rest.firstRange(of: word) {
            let before = rest[..<range.lowerBound].last
            let after = rest[range.upperBound...].first
            func isPart(_ character: Character?) -> Bool {
                character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
            }
            let opens = word == "open" || word == "sleep" || word == "socket"
            if word.hasPrefix(".") || !isPart(before), !isPart(after) || word == "Clock", !opens || after == "(" { return true }
            if word == "Clock", before?.isLetter == true, after?.isLetter != true { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private var cores: [TreeFile] {
        SourceTree.sources.filter { file in
            Self.folders.contains { file.isIn($0) }
                || Self.commands.contains { file.path == "Sources/gatewayd/App/Commands/\($0).swift" }
                || Self.pipeline.contains { file.path == "Sources/gatewayd/App/Pipeline/\($0).swift" }
                || file.path == "Sources/Platform/ClockTrust.swift"
                || file.isIn("Sources/Telemetry/Uplink")
                    && (file.name.hasPrefix("UplinkMachine") || Self.uplink.contains(where: file.path.hasSuffix))
        }
    }

    @Test("the cores never ask a clock, start a task, wait, or open anything")
    func pure() {
        var wrong: [String] = []
        for file in cores {
            for (number, line) in file.codeLines.enumerated() {
                if Self.injected[file.path, default: []].contains(where: { line.contains($0) }) { continue }
                for word in Self.impure where uses(word, in: line) && !line.contains("ClockState") {
                    wrong.append("\(file.path):\(number + 1): \(word)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("the policies of uplink, poller and intake are among them")
    func policiesAreChecked() {
        let names = Set(cores.filter { $0.isIn("Sources/Telemetry/Uplink") }.map(\.name))
        let parts = ["", "+Link", "+Replies", "+State", "+Status", "+Words"].map { "UplinkMachine\($0).swift" }
        #expect(names.isSuperset(of: parts), "each part of the machine")
        #expect(
            names.subtracting(names.filter { $0.hasPrefix("UplinkMachine") }) == [
                "SendWindow.swift", "Backoff.swift", "LaneProgress.swift", "StateProgress.swift", "ReplyQueue.swift",
                "LinkChoice.swift", "RecentBreaks.swift", "ReceiptBook.swift", "BatchBound.swift",
            ])
        #expect(cores.count { $0.isIn("Sources/gatewayd/App/Pipeline") } == Self.pipeline.count)
    }

    @Test("the rule sees what it shall see")
    func rule() {
        for line in [
            "Task { }", "await Task.yield()", "let now = clock.now()", "let c = ContinuousClock()", "try await sleep(until: x)",
            "socket(1, 2, 3)", "let d = Date()", "var g = SystemRandomNumberGenerator()", "open(path)",
        ] as [Substring] {
            #expect(Self.impure.contains { uses($0, in: line) }, "\(line)")
        }
        for line in ["var clock: ClockState", "clockBody(boot: boot)", "opening", "reopen(x)", "DateText"] as [Substring] {
            #expect(!Self.impure.contains { uses($0, in: line) && !line.contains("ClockState") }, "\(line)")
        }
    }
}
