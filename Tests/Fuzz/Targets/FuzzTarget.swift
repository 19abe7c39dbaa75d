// What reads bytes from outside, each with what must hold whatever they are. Two drive them: the seeded test of every run
// (Tests/FuzzTests), and libFuzzer (`make fuzz`).

/// One reader.
public struct FuzzTarget: Sendable {
    /// Its name, which is that of its folder in Tests/Fuzz/corpus.
    public let name: String
    /// How many changed inputs the seeded test gives it.
    public let runs: Int
    /// Words that its inputs are made of.
    public let words: [String]
    /// Reads bytes. Says what was wrong with how that was done; nil when nothing was. A trap is worse.
    public let take: @Sendable ([UInt8]) -> String?
}

/// All readers of what comes from outside.
public enum FuzzTargets {
    /// In the order of the way: wire, files, socket, broker, disk.
    public static let all = [
        modbusReply, configuration, profile, request, response, brokerPackets, command, alarmState, storeLog, storedRows,
        auditLine,
    ]
}
