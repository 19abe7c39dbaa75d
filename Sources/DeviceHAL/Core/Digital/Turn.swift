// One at a time, in the order of asking: for work that suspends in the middle and must not be overtaken.

/// A lock that tasks wait for. An actor alone does not give this: while one call of it waits, another may go on.
public actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Nobody's turn.
    public init() {}

    /// Does the work when everything that was asked for before is done.
    public func take<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
        if isTaken { await withCheckedContinuation { waiting.append($0) } }
        isTaken = true
        let result = await work()
        // The turn is handed over and not set free, so that nobody slips in between.
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        return result
    }
}
