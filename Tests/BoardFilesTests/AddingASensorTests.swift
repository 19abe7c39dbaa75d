// The worked example of docs/adding-a-sensor.md, word for word as an integrator copies it.
import DeviceHAL
import GatewayConfig
import Glibc
import SensorModel
import Testing

@Suite struct AddingASensorTests {
    @Test func `the worked example loads, and reads what its manual says`() throws {
        let page = try #require(SensorModelFiles.text("docs/adding-a-sensor.md"))
        let block = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        var template = Array("/tmp/adding-a-sensor-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = "\(folder)/dongxin-sf6-o2.yaml"
        defer {
            unlink(path)
            rmdir(folder)
        }
        let file = try #require(fopen(path, "w"))
        fputs(String(block), file)
        fclose(file)
        let profile = try ConfigurationLoader(boards: nil).loadProfile(path: path)
        #expect(!profile.verified && profile.examples.count == 3)
        let oxygen = try #require(profile.channels.first)
        #expect(RegisterDecoder.measurement(of: oxygen, words: [0x00D1]) == .good(20.9))
        let reads = ReadPlan(profile: profile).blocks.map { "\($0.table.rawValue) \($0.address) \($0.count)" }
        #expect(reads == ["holding 1 1"])
        #expect(!SensorModelFiles.names.contains(profile.name), "the example is to be one that is not in the box")
    }
}
