// What is known since commissioning: kept over restarts, bound to one device, and never half believed.
import DeviceHAL
@testable import Gateway
import GatewayConfig
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct CommissionBookTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private let executor = SingleThreadExecutor()
    private let place = SensorPlace(cover: "C1", sensor: "tilt")

    private static func profile(_ name: String = "three-axes") -> DeviceProfile {
        DeviceProfile(
            name: name, vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
            channels: [
                ChannelMap(
                    name: "tilt", quantity: .tilt,
                    fields: (0..<3).map { RegisterField(table: .holding, address: $0, type: .int16) }, transform: .gravityTilt)
            ])
    }

    private func covers(_ serial: String?, profile: DeviceProfile = profile()) -> [CoverSettings] {
        var sensor = SensorSettings(id: "tilt", bus: "b", device: .modbus(unit: 3, profile: profile), every: .seconds(1))
        sensor.serial = serial
        var cover = CoverSettings(code: "C1", scheme: "regex:.*", sensors: [sensor])
        cover.name = "人民路56号井"
        return [cover]
    }

    private func book(_ serial: String?, profile: DeviceProfile = profile()) -> CommissionBook {
        CommissionBook(
            folder: folder.path, covers: covers(serial, profile: profile), executor: executor, clock: clock)
    }

    private func open(_ book: CommissionBook) throws -> [String] { try executor.result { await book.open() } }
    private func use(_ book: CommissionBook) throws -> TiltZeroUse { try executor.result { await book.use } }
    private func content(_ book: CommissionBook) throws -> CommissionContent { try executor.result { await book.content } }

    private func zero(_ serial: String?) -> TiltZero {
        TiltZero(
            place: place, channel: "tilt", profile: "three-axes", serial: serial, reference: .gravity(x: 0.1, y: 0, z: 1),
            scatter: 0.2, at: clock.now(), by: "anna")
    }

    private func keep(_ zero: TiltZero, in book: CommissionBook) throws -> [String: TiltReference] {
        let place = place
        return try executor.result { (try? await book.setZeros([zero], of: place)) ?? [:] }
    }

    @Test("a zero counts at once and after a restart, as long as the same device of the same model sits there")
    func kept() throws {
        let first = book("SN-1")
        #expect(try open(first).isEmpty)
        #expect(try use(first).references.isEmpty && use(first).without == [place])
        let expected = ["tilt": TiltReference.gravity(x: 0.1, y: 0, z: 1)]
        #expect(try keep(zero("SN-1"), in: first) == expected)
        let second = book("SN-1")
        #expect(try open(second).isEmpty)
        #expect(try use(second).references == [place: expected])
        #expect(try content(second).zeros.first?.by == "anna")
    }

    @Test("a zero of another device or model is not used, and it is said for which cover, why, and what to do")
    func bound() throws {
        let first = book("SN-1")
        _ = try open(first)
        _ = try keep(zero("SN-1"), in: first)
        for (other, words) in [
            (book("SN-2"), "belongs to the device SN-1 and the device SN-2 sits there now"),
            (book(nil), "belongs to the device SN-1 and a device without serial sits there now"),
            (book("SN-1", profile: Self.profile("others")), "sensor model three-axes and others is in use now"),
        ] {
            let problems = try open(other)
            #expect(try use(other).references.isEmpty)
            let problem = try #require(problems.first)
            for part in [words, "人民路56号井 C1/tilt", "from the vertical", "gatewayctl commission zero C1/tilt"] {
                #expect(problem.contains(part), "\(problem)")
            }
            // Until it is set anew.
            if words.contains("SN-2") {
                #expect(try keep(zero("SN-2"), in: other).count == 1)
                #expect(try executor.result { await other.problems }.isEmpty)
                _ = try keep(zero("SN-1"), in: other)
            }
        }
    }

    @Test("a file that cannot be read stays as it is: nothing is set aside or written over, and it is said what to do")
    func unreadable() throws {
        let path = folder.path + "/commissioning.json"
        // The first page of a process's memory: it can be opened, and reading it is an I/O error.
        try #require(symlink("/proc/self/mem", path) == 0)
        let first = book("SN-1")
        let news = try open(first)
        #expect(news.count == 1 && news[0].contains("cannot be read (Input/output error)") && news[0].contains("then restart"))
        #expect(try keep(zero("SN-1"), in: first).isEmpty)
        #expect(access(path + ".damaged", F_OK) != 0)
        var information = stat()
        #expect(lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFLNK)
    }

    @Test(
        "a file that is damaged anywhere is set aside, and it is said until the covers are commissioned anew",
        arguments: [
            "", "{", "[]", "{\"schema\":2,\"zeros\":[],\"bindings\":[]}",
            #"{"schema":1,"bindings":[],"zeros":[{"cover":"C1","sensor":"tilt","channel":"tilt","profile":"three-axes","#
                + #""axes":[0,0,0],"scatter":0,"time":"t","clock":"synced","by":"x"}]}"#,
            #"{"schema":1,"bindings":[],"zeros":[{"cover":"C1","sensor":"tilt","channel":"tilt","profile":"three-axes","#
                + #""axes":[1e999,0,1],"scatter":0,"time":"t","clock":"synced","by":"x"}]}"#,
        ])
    func damaged(text: String) throws {
        let path = folder.write("commissioning.json", text)
        let first = book("SN-1")
        let news = try open(first)
        #expect(news.first?.contains("was damaged, set aside as") == true)
        #expect(TextFile.read(path + ".damaged", atMost: 1000) == text)
        #expect(try use(first).references.isEmpty)
        let second = book("SN-1")
        #expect(try open(second).contains { $0.contains("the tilts of C1/tilt are measured from the vertical") })
        _ = try keep(zero("SN-1"), in: second)
        #expect(try executor.result { await second.problems }.isEmpty)
    }

    @Test("a zero that cannot be written is not in use")
    func unwritable() throws {
        let book = CommissionBook(
            folder: folder.file("nowhere"), covers: covers("SN-1"), executor: executor, clock: clock)
        #expect(try open(book).contains { $0.contains("cannot be written") && $0.contains("restart") })
        #expect(try keep(zero("SN-1"), in: book).isEmpty)
        #expect(try use(book).references.isEmpty)
    }

    @Test("each start with another serial closes a binding and opens one, with time and trust in it; the same adds nothing")
    func bindings() throws {
        for serial in ["SN-1", "SN-1", "SN-2", nil, "SN-1"] as [String?] {
            if serial == nil { clock.set(.unsynced) }
            _ = try open(book(serial))
            clock.advance(by: .seconds(3600))
            clock.set(.synced)
        }
        let last = book("SN-1")
        _ = try open(last)
        let bindings = try content(last).bindings
        #expect(bindings.map(\.serial) == ["SN-1", "SN-2", "SN-1"])
        #expect(bindings[0].from == "2026-11-21T04:00:00.000Z" && bindings[0].to == "2026-11-21T06:00:00.000Z")
        #expect(bindings[1].from == bindings[0].to && bindings[1].to == "2026-11-21T07:00:00.000Z")
        #expect(bindings[1].toClock == "unsynced" && bindings[0].toClock == "synced")
        #expect(bindings[2].to == nil && bindings[2].profile == "three-axes")
    }

    @Test("of one place the newest hundred devices are kept")
    func bounded() {
        var history: [DeviceBinding] = []
        for number in 0..<150 { history = DeviceBinding.history(history, with: covers("SN-\(number)"), at: clock.now()) }
        #expect(history.count == DeviceBinding.mostOfOnePlace)
        #expect(history.first?.serial == "SN-50" && history.last?.serial == "SN-149" && history.last?.to == nil)
    }
}
