// Which configuration a run starts with: the file's, the last good one, or none.
@testable import Gateway
import GatewayConfig
import Platform
import TestSupport
import Testing

@Suite struct StartConfigurationTests {
    private let site = SiteFiles()
    private var folder: TemporaryFolder { site.folder }
    private var path: String { site.path }
    private var boards: String { site.boards }

    init() { write(every: "5 s") }

    private func write(every: String) {
        folder.write(
            "gateway.yaml",
            """
            schema: 1
            gateway: {id: gw-1}
            store: {path: \(folder.path)/store}
            buses:
              plc: {kind: modbus-tcp, host: 127.0.0.1}
            covers:
              - code: "3205820102048188"
                scheme: component16
                sensors:
                  ch4: {bus: plc, unit: 3, profile: gas-head, every: \(every)}
            uplinks:
              city: {kind: mqtt, format: native, host: 127.0.0.1}
            """)
    }

    private func load() throws -> StartConfiguration { try StartConfiguration.load(path: path, boards: boards) }

    @Test("a good file is used, and nothing is wrong")
    func good() throws {
        let start = try load()
        #expect(start.refused.isEmpty && start.problem == nil)
        #expect(start.configuration.covers.first?.sensors.first?.every == .seconds(5))
    }

    @Test("a broken file without a last good one is refused with its errors")
    func brokenWithout() {
        write(every: "5 bananas")
        let error = #expect(throws: ConfigurationErrors.self) { try load() }
        #expect(error?.errors.map(\.key) == ["covers[0].sensors.ch4.every"])
    }

    @Test("a broken file after a good run is replaced by that run's, and the problem names the file's first error")
    func brokenWithLastGood() throws {
        try load().keep()
        write(every: "5 bananas")
        let start = try load()
        #expect(start.configuration.covers.first?.sensors.first?.every == .seconds(5))
        #expect(start.refused.map(\.key) == ["covers[0].sensors.ch4.every"])
        let problem = try #require(start.problem)
        #expect(problem.en.hasPrefix("1 error, the first: \(path):"))
        #expect(problem.en.hasSuffix("the last good configuration is in use"))
    }

    @Test("a run on the last good configuration does not keep the broken file, and a repaired file is taken again")
    func keepAndRepair() throws {
        try load().keep()
        write(every: "5 bananas")
        try load().keep()
        #expect(try load().configuration.covers.first?.sensors.first?.every == .seconds(5))
        write(every: "7 s")
        let repaired = try load()
        #expect(repaired.problem == nil)
        try repaired.keep()
        write(every: "bananas")
        #expect(try load().configuration.covers.first?.sensors.first?.every == .seconds(7))
    }

    @Test("a careful start has the last good configuration, and the file's where there is none or it is the same")
    func careful() throws {
        func careful() throws -> StartConfiguration { try .load(path: path, boards: boards, isSafe: true) }
        #expect(try careful().state == "current")
        try load().keep()
        #expect(try careful().state == "current")
        write(every: "7 s")
        let start = try careful()
        #expect(start.state == "last-good" && start.refused.isEmpty && start.problem == nil)
        #expect(start.configuration.covers.first?.sensors.first?.every == .seconds(5))
        try start.keep()
        #expect(try careful().state == "last-good", "what is in use is not what the file says")
        write(every: "5 bananas")
        #expect(try careful().refused.map(\.key) == ["covers[0].sensors.ch4.every"])
    }

    @Test("a damaged last good configuration is no configuration: the file's errors are what is reported")
    func damagedLastGood() throws {
        try load().keep()
        _ = TextFile.replace(folder.file("store/last-good/gateway.yaml"), with: Array("schema: [".utf8))
        write(every: "5 bananas")
        let error = #expect(throws: ConfigurationErrors.self) { try load() }
        #expect(error?.errors.map(\.key) == ["covers[0].sensors.ch4.every"])
    }
}
