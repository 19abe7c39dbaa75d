// `diagnostics.http`: an address, a port, and who can reach it.
import GatewayConfig
import Testing

struct HTTPAddressTests {
    @Test(
        "An address is told apart from its port, and loopback from the rest",
        arguments: [
            ("127.0.0.1:9100", "127.0.0.1", 9100, true), ("127.9.9.9:1", "127.9.9.9", 1, true),
            ("0.0.0.0:65535", "0.0.0.0", 65_535, false), ("192.0.2.7:9100", "192.0.2.7", 9100, false),
            ("[::1]:9100", "::1", 9100, true), ("[0:0:0:0:0:0:0:1]:9100", "0:0:0:0:0:0:0:1", 9100, true),
            ("[::]:9100", "::", 9100, false), ("[2001:db8::1]:9100", "2001:db8::1", 9100, false),
            ("[::ffff:127.0.0.1]:9100", "::ffff:127.0.0.1", 9100, true),
            ("[::ffff:192.0.2.1]:9100", "::ffff:192.0.2.1", 9100, false),
        ])
    func good(text: String, address: String, port: Int, isLoopback: Bool) throws {
        let http = try #require(HTTPAddress(text))
        #expect(http.address == address && http.port == port && http.isLoopback == isLoopback)
        #expect(http.description == text)
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "127.0.0.1:9100", with: "\"\(text)\""))
        #expect(try bench.loader.load(path: bench.gateway).configuration.http == http)
    }

    @Test(
        "Anything else is refused with what was expected",
        arguments: [
            "127.0.0.1", "9100", ":9100", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:09100", "127.0.0.1:+9100",
            "127.0.0.1:http", "256.0.0.1:9100", "127.0.1:9100", "localhost:9100", "gateway.example:9100", "*:9100", "::1:9100",
            "[::1]", "[::1:9100", "127.0.0.1:9100/metrics", "127.0.0.1:9100 ", "[127.0.0.1]:9100", "[:::]:9100", "true",
        ])
    func refused(text: String) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "127.0.0.1:9100", with: "\"\(text)\""))
        let errors = bench.errors()
        #expect(errors.count == 1)
        #expect(
            errors.first?.hasPrefix("site/gateway.yaml:5:54: error: diagnostics.http: expected an IP address and a port") == true)
        #expect(HTTPAddress(text) == nil || text.contains(":0") || text.contains(":+"))
    }
}
