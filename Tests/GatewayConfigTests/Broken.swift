// A good sample broken in one place, and exactly what has to be said about it.
import GatewayConfig
import Testing

/// One way to break a sample.
struct Broken: Sendable, CustomTestStringConvertible {
    let title: String
    private let old: String
    private let new: String
    private let errors: [String]

    /// - Parameters: what it is, the text that stands in the sample once, what replaces it, the lines that are expected.
    init(_ title: String, _ old: String, _ new: String, _ errors: String...) {
        self.title = title
        self.old = old
        self.new = new
        self.errors = errors
    }

    var testDescription: String { title }

    /// Breaks gateway.yaml.
    func expectInGateway() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: old, with: new))
        #expect(bench.errors() == errors)
    }

    /// Breaks the sensor model with one field a channel.
    func expectInGasHead() throws {
        let bench = try Workbench()
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: old, with: new))
        #expect(bench.profileErrors("site/profiles/gas-head.yaml") == errors)
    }

    /// Breaks the sensor model with a transform.
    func expectInTiltMeter() throws {
        let bench = try Workbench()
        bench.write("boards/profiles/tilt-meter.yaml", Samples.tiltMeter.replacing(only: old, with: new))
        #expect(bench.profileErrors("boards/profiles/tilt-meter.yaml") == errors)
    }

    /// Breaks the gateway.yaml with lines and a serial server.
    func expectInLines() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.lines.replacing(only: old, with: new))
        #expect(bench.errors() == errors)
    }
}
