// Looks a configuration over that somebody wants to apply, and does on the disk what follows; on a thread that may wait for it.
import GatewayConfig
import Glibc

/// Checks texts as if they were the file that the daemon was given.
actor ConfigurationExaminer {
    /// What was found.
    enum Finding: Sendable {
        /// It may be applied.
        case good(LoadedConfiguration, ConfigurationChanges)
        /// What is wrong with it: all errors of all its files.
        case wrong([ConfigurationError])
        /// It names files that the person may not read.
        case notAllowed([String])
    }

    private let executor: any SerialExecutor
    private let path: String
    private let inForce: LoadedConfiguration
    private let boards: String?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - path: of the file that the daemon was given.
    ///   - inForce: what it works with.
    ///   - boards: folder of the shipped profiles and rules.
    init(path: String, inForce: LoadedConfiguration, executor: any SerialExecutor, boards: String? = BoardFiles.locate()) {
        self.path = path
        self.inForce = inForce
        self.executor = executor
        self.boards = boards
    }

    /// Looks over a text.
    /// - Parameters:
    ///   - name: what the person calls it.
    ///   - peer: who wants to know: nothing of a file is said, and none is used newly, that they may not read themselves.
    func examine(_ text: [UInt8], named name: String, for peer: PeerIdentity) -> Finding {
        let rights = FileRights(peer: peer)
        let loaded: LoadedConfiguration
        do throws(ConfigurationErrors) {
            loaded = try ConfigurationLoader(boards: boards).load(text: text, named: name, at: path)
        } catch {
            let known = Set(inForce.files.map(\.path) + [name])
            let hidden = Set(error.errors.map(\.file)).subtracting(known).filter { !rights.mayRead($0) }
            let rest = hidden.map { file in
                ConfigurationError(
                    file: file, line: 1, column: 1, key: "file", message: "is not there, or is wrong and not yours to read")
            }
            return .wrong(ConfigurationErrors(errors: error.errors.filter { !hidden.contains($0.file) } + rest).errors)
        }
        let known = inForce.configuration.namedFiles
        let hidden = loaded.configuration.namedFiles.subtracting(known).filter { !rights.mayRead($0) }
        guard hidden.isEmpty else { return .notAllowed(hidden.sorted()) }
        return .good(loaded, ConfigurationChanges(from: inForce, to: loaded, readFrom: path))
    }

    /// Does something that waits for the disk.
    func perform<Answer: Sendable>(_ work: @Sendable () throws(ConfigurationFiles.Failure) -> Answer)
        throws(ConfigurationFiles.Failure) -> Answer
    {
        try work()
    }

    /// Keeps what has proved itself as the last good configuration.
    /// - Returns: why it cannot be kept, in words; nil when it is.
    func keep(_ start: StartConfiguration) -> String? {
        do throws(LastGoodConfiguration.SaveError) { try start.keep() } catch { return error.description }
        return nil
    }
}

extension Configuration {
    /// The files and folders of secrets and models that it names.
    fileprivate var namedFiles: Set<String> {
        var files = Set(profileFolders)
        for uplink in uplinks {
            files.formUnion([uplink.tls?.ca, uplink.tls?.certificate, uplink.tls?.key, uplink.passwordFile].compactMap { $0 })
        }
        return files
    }
}
