// Ids of commands: known until they expire, also to the next run, and never more than there is room for.
@testable import Gateway
import Outbox
import SensorModel
import TestSupport
import Testing

@Suite struct CommandMemoryTests {
    private func time(_ seconds: Int64, _ clock: ClockState = .synced) -> Timestamp {
        Timestamp(
            wall: WallTime(nanoseconds: seconds * 1_000_000_000), monotonic: MonotonicTime(nanoseconds: seconds), clock: clock)
    }

    private func remember(_ memory: inout CommandMemory, _ id: String, until: Int64, at now: Timestamp) -> [StateChange]? {
        memory.remember(id, until: WallTime(nanoseconds: until * 1_000_000_000), now: now)
    }

    @Test func `an id is known from the moment it is taken, and to the next run`() throws {
        var memory = CommandMemory([], laneBytes: 1 << 20)
        #expect(!memory.knows("a"))
        let changes = try #require(remember(&memory, "a", until: 100, at: time(1)))
        #expect(memory.knows("a"))
        let states = try changes.map { (key: $0.key, body: try #require($0.body)) }
        #expect(CommandMemory(states + [(key: "alarm/a2", body: [1])], laneBytes: 1 << 20) == memory)
    }

    @Test func `ids whose time is over are forgotten with the next command, in the store too`() throws {
        var memory = CommandMemory([], laneBytes: 1 << 20)
        _ = remember(&memory, "old", until: 10, at: time(1))
        _ = remember(&memory, "young", until: 11, at: time(1))
        let changes = try #require(remember(&memory, "new", until: 20, at: time(10)))
        #expect(changes.contains(StateChange(key: "command/old", body: nil)))
        #expect(changes.map(\.key).sorted() == ["command/new", "command/old"])
        #expect(!memory.knows("old"))
        #expect(memory.knows("young"))
    }

    @Test func `a clock that nobody vouches for forgets nothing`() throws {
        var memory = CommandMemory([], laneBytes: 1 << 20)
        _ = remember(&memory, "a", until: 10, at: time(1))
        #expect(remember(&memory, "b", until: 9_000, at: time(5_000, .unsynced))?.map(\.key) == ["command/b"])
        #expect(memory.knows("a"))
    }

    @Test(arguments: [(Int64(1) << 30, 4096), (1 << 17, 128), (0, 16)])
    func `when it is full nothing is taken until something expires`(bytes: Int64, capacity: Int) throws {
        var memory = CommandMemory([], laneBytes: bytes)
        for number in 0..<capacity { #expect(remember(&memory, "\(number)", until: 100, at: time(1)) != nil) }
        #expect(remember(&memory, "one more", until: 100, at: time(99)) == nil)
        #expect(!memory.knows("one more"))
        #expect(remember(&memory, "one more", until: 200, at: time(100))?.count == capacity + 1)
    }

    @Test func `an expiry that cannot be read never comes`() {
        var memory = CommandMemory([(key: "command/a", body: [0xFF])], laneBytes: 1 << 20)
        _ = remember(&memory, "b", until: 9_000_000_000, at: time(8_000_000_000))
        #expect(memory.knows("a"))
    }
}
