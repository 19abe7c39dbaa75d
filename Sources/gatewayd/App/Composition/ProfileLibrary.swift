// The installed sensor models for a scan: read when one begins and forgotten after it, because they take memory all the time.
import GatewayConfig

/// Reads the installed sensor models, on a thread that may wait for the medium.
actor ProfileLibrary {
    private let executor: any SerialExecutor
    private let siteFolders: [String]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter siteFolders: searched before the shipped folder.
    init(siteFolders: [String], executor: any SerialExecutor) {
        self.siteFolders = siteFolders
        self.executor = executor
    }

    /// All models, used or not.
    func installed() -> InstalledProfiles {
        InstalledProfiles(folders: siteFolders + [BoardFiles.locate()].compactMap { $0.map { "\($0)/profiles" } })
    }
}
