// A text that somebody wants to apply is checked as the file would be, and says nothing of what they may not read.
import GatewayConfig
import Glibc
import Platform
import Testing

@testable import Gateway

@Suite struct ConfigurationExaminerTests {
    private static let root = PeerIdentity(user: 0, name: "root", groups: [0], operators: nil)
    private static let visitor = PeerIdentity(user: 54_321, name: "visitor", groups: [54_321], operators: 54_321)
    private let site: SmallSite
    private let thread = ThreadExecutor(name: "examiner")

    init() { site = SmallSite() }

    private func examine(_ text: String, for peer: PeerIdentity = root) async throws -> ConfigurationExaminer.Finding {
        defer { thread.shutdown() }
        let examiner = ConfigurationExaminer(
            path: site.path, inForce: try site.load(site.text()), executor: thread, boards: site.boards)
        return await examiner.examine(Array(text.utf8), named: "new.yaml", for: peer)
    }

    @Test func `all errors come at once, under the name that the person knows`() async throws {
        guard case .wrong(let errors) = try await examine(site.text(every: "5 bananas", more: "colour: red")) else {
            return #expect(Bool(false), "it was taken")
        }
        #expect(errors.map { "\($0.file) \($0.key)" } == ["new.yaml covers[0].sensors.ch4.every", "new.yaml colour"])
        #expect(errors[0].line == 10 && errors[0].description.hasPrefix("new.yaml:10:"))
    }

    @Test func `paths start from the folder of the gateway's file`() async throws {
        site.profile("models/gas-head.yaml", address: 7)
        guard case .good(let loaded, let changes) = try await examine(site.text(more: "profiles: [./models]")) else {
            return #expect(Bool(false), "it was refused")
        }
        #expect(loaded.configuration.profileFolders == [site.folder.file("models")])
        #expect(changes.rows.contains { $0.about == .model && $0.subject == "gas-head" })
        #expect(loaded.files[0].path == site.path, "it is to become that file")
    }

    @Test func `a folder that is named for the first time and that the person may not read is refused`() async throws {
        try #require(chmod(site.folder.file("models"), 0o700) == 0)
        let text = site.text(more: "profiles: [./models]")
        guard case .notAllowed(let paths) = try await examine(text, for: Self.visitor) else {
            return #expect(Bool(false), "it was taken")
        }
        #expect(paths == [site.folder.file("models")])
    }

    @Test func `nothing is said of what stands in a file that the person may not read`() async throws {
        site.folder.write("models/gas-head.yaml", "secret: swordfish\n")
        try #require(chmod(site.folder.file("models/gas-head.yaml"), 0o600) == 0)
        let text = site.text(more: "profiles: [./models]")
        guard case .wrong(let errors) = try await examine(text, for: Self.visitor) else {
            return #expect(Bool(false), "it was taken")
        }
        #expect(!errors.isEmpty && errors.allSatisfy { !$0.description.contains("swordfish") && !$0.key.contains("secret") })
    }

    @Test func `rights are those of owner, group and others, on every folder of the way`() throws {
        // The temporary folder is its owner's alone.
        let file = site.folder.write("a.txt", "x")
        func may(_ user: UInt32, _ groups: Set<UInt32> = []) -> Bool {
            FileRights(peer: PeerIdentity(user: user, name: "x", groups: groups, operators: nil)).mayRead(file)
        }
        try #require(chmod(file, 0o604) == 0 && chmod(site.folder.path, 0o711) == 0)
        var information = stat()
        try #require(stat(file, &information) == 0)
        #expect(may(0) && may(54_321), "others may")
        #expect(!may(54_321, [information.st_gid]), "the group may not, though others may")
        try #require(chmod(site.folder.path, 0o700) == 0)
        #expect(may(0) && !may(54_321), "the way there is closed")
        #expect(!FileRights(peer: Self.visitor).mayRead(site.folder.file("none")))
    }
}
