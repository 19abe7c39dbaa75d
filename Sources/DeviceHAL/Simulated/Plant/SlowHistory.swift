// The seconds that were already computed: a short window and thinned checkpoints, so that neither a jump back nor a long
// simulation costs much, and no order of questions changes an answer.

/// What is remembered of one manhole's slow states; of bounded size.
struct SlowHistory: Sendable {
    /// Seconds of one block.
    static let blockLength = 300
    /// Blocks that are kept whole: the present, and one for who looks back.
    static let blocksKept = 2
    /// States from which a block can be computed anew; when there are so many, every second one is dropped.
    static let checkpointsKept = 256

    /// Consecutive seconds from a multiple of the block's length, up to and with the next block's first.
    private struct Block {
        var number: Int
        var states: [SlowState]

        /// The last second it has.
        var last: Int { number * blockLength + states.count - 1 }
    }

    /// Latest used first.
    private var blocks: [Block] = []
    /// At every `spacing`-th block's begin.
    private var checkpoints: [SlowState]
    private var spacing = 1

    /// How many states are held now.
    var size: Int { checkpoints.count + blocks.reduce(0) { $0 + $1.states.count } }

    /// - Parameter begin: the state at second 0.
    init(begin: SlowState) { checkpoints = [begin] }

    /// The states at a second and at the next.
    /// - Parameters:
    ///   - second: from 0.
    ///   - model: computes a second from the one before.
    mutating func pair(at second: Int, model: ManholeModel) -> (SlowState, SlowState) {
        bringForward(second / Self.blockLength, model: model)
        let offset = second % Self.blockLength
        while blocks[0].states.count <= offset + 1 {
            let last = blocks[0].states.count - 1
            blocks[0].states.append(model.next(blocks[0].states[last], second: blocks[0].number * Self.blockLength + last))
        }
        return (blocks[0].states[offset], blocks[0].states[offset + 1])
    }

    /// Makes a block the first, computing its begin where it is not kept.
    private mutating func bringForward(_ number: Int, model: ManholeModel) {
        if let place = blocks.firstIndex(where: { $0.number == number }) {
            if place > 0 { blocks.swapAt(0, place) }
            return
        }
        var block = Block(number: number, states: [stateAtBegin(of: number, model: model)])
        block.states.reserveCapacity(Self.blockLength + 1)
        if blocks.count == Self.blocksKept { blocks.removeLast() }
        blocks.insert(block, at: 0)
    }

    /// From the latest state that is known before it.
    private mutating func stateAtBegin(of number: Int, model: ManholeModel) -> SlowState {
        let nearest = min(number / spacing, checkpoints.count - 1)
        var second = nearest * spacing * Self.blockLength
        var state = checkpoints[nearest]
        let target = number * Self.blockLength
        for block in blocks where block.last <= target && block.last > second {
            second = block.last
            state = block.states[block.states.count - 1]
        }
        note(state, at: second)
        while second < target {
            state = model.next(state, second: second)
            second += 1
            note(state, at: second)
        }
        return state
    }

    /// Keeps a state that is the next checkpoint.
    private mutating func note(_ state: SlowState, at second: Int) {
        guard second == checkpoints.count * spacing * Self.blockLength else { return }
        checkpoints.append(state)
        guard checkpoints.count == Self.checkpointsKept else { return }
        checkpoints = stride(from: 0, to: checkpoints.count, by: 2).map { checkpoints[$0] }
        spacing *= 2
    }
}
