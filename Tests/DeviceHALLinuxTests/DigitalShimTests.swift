// What needs no chip: files that are none, words, the bounded queue, threads that end.
import DeviceHAL
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import DeviceHALLinux

@Suite struct DigitalShimTests {
    private func failure(_ chip: String) async -> LineError? {
        let lines = LinuxDigitalLines(id: "test", chip: chip)
        let error = await DigitalBench.failure { () throws(LineError) in try await lines.describe() }
        await lines.close()
        return error
    }

    @Test func `a file that is no chip is a missing chip, whatever it is`() async throws {
        let folder = TemporaryFolder()
        let file = folder.path + "/file"
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        for path in [file, "/dev/null", "/dev/gpiochip-none", file + "/below", folder.path] {
            let error = try #require(await failure(path), "\(path)")
            #expect(error.kind == .chipMissing && error.chip == path, "\(path): \(error)")
        }
        #expect(await failure(file)?.message.contains("it is no GPIO chip") == true)
    }

    @Test func `a label that no chip bears is missing`() async throws {
        let error = try #require(await failure("no-such-label"))
        #expect(error.kind == .chipMissing && error.message.contains("chip no-such-label is not there"))
    }

    @Test func `a line of a missing chip cannot be watched or driven`() async throws {
        let lines = LinuxDigitalLines(id: "test", chip: "/dev/gpiochip-none")
        let settings = LineSettings(line: .offset(0))
        #expect(await DigitalBench.failure { () throws(LineError) in try await lines.watch(settings) }?.kind == .chipMissing)
        let error = await DigitalBench.failure { () throws(LineError) in
            try await lines.drive(settings, active: true, failSafe: false)
        }
        #expect(error?.kind == .chipMissing)
        await lines.close()
        #expect(await DigitalBench.failure { () throws(LineError) in try await lines.watch(settings) }?.kind == .closed)
    }

    @Test func `every errno has its kind`() {
        let kinds: [(Int32, LineError.Kind)] = [
            (EACCES, .notPermitted), (EPERM, .notPermitted), (ENODEV, .gone), (EINVAL, .unsupported), (EOPNOTSUPP, .unsupported),
            (524, .unsupported), (ENXIO, .unsupported), (EMFILE, .failed), (EIO, .failed),
        ]
        for (number, kind) in kinds { #expect(LineChip.error(number, chip: "c").kind == kind, "errno \(number)") }
        #expect(LineChip.error(ENODEV, chip: "c", opening: true).kind == .chipMissing)
        #expect(LineChip.error(EACCES, chip: "c", line: .offset(3)).message.contains("Permission denied"))
    }

    @Test func `the library says which it is, and only version 2 can do all`() {
        let abilities = LinuxDigitalLines.abilities
        let isOld = abilities.library.hasPrefix("libgpiod 1.")
        #expect(isOld || abilities.library.hasPrefix("libgpiod 2."), "\(abilities.library)")
        #expect(abilities.kernelDebounce == !isOld && abilities.sequenceNumbers == !isOld)
    }

    @Test func `a full queue loses the oldest, and the next event says how many`() {
        let path = LinePath()
        let total = LinePath.capacity + 30
        for number in 1...total {
            path.send(
                LineEvent(active: number % 2 == 0, time: MonotonicTime(nanoseconds: Int64(number)), sequence: UInt32(number)))
        }
        path.finish(LineError(kind: .gone, chip: "c"))
        path.finish(LineError(kind: .closed, chip: "c"))
        var events: [LineEvent] = []
        while case .edge(let event) = path.take() { events.append(event) }
        #expect(events.count == LinePath.capacity - 1 && events.last?.sequence == UInt32(total))
        #expect(events.first?.lost == 31 && events.dropFirst().allSatisfy { $0.lost == 0 })
        #expect(path.ended?.kind == .gone)
    }

    @Test func `the queue's end comes last and only once`() {
        let path = LinePath()
        path.finish(LineError(kind: .gone, chip: "c"))
        path.finish(LineError(kind: .closed, chip: "c"))
        #expect(path.take() == .ended(LineError(kind: .gone, chip: "c")))
        #expect(path.take() == nil)
    }

    @Test func `closing ends the thread, and so does letting go`() async throws {
        let lines = LinuxDigitalLines(id: "shut", chip: "/dev/gpiochip-none")
        _ = await DigitalBench.failure { () throws(LineError) in try await lines.describe() }
        #expect(DigitalBench.threads(named: "gpio-shut") == 1)
        await lines.close()
        await lines.close()
        do { _ = LinuxDigitalLines(id: "shut", chip: "/dev/gpiochip-none") }
        // A joined thread stays listed for a moment.
        let deadline = SystemClock().now().monotonic + .seconds(10)
        while DigitalBench.threads(named: "gpio-shut") > 0, SystemClock().now().monotonic < deadline {
            try await SystemClock().sleep(until: SystemClock().now().monotonic + .milliseconds(2))
        }
        #expect(DigitalBench.threads(named: "gpio-shut") == 0)
    }
}
