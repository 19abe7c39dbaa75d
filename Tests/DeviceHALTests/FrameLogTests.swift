// The last frames of a bus: numbers without gaps, bounded, and safe to ask for anything.
import DeviceHAL
import SensorModel
import Testing

@Suite struct FrameLogTests {
    private func log(_ count: Int) -> FrameLog {
        var log = FrameLog()
        for number in 0..<count {
            log.add(.request, unit: 3, [UInt8(truncatingIfNeeded: number)], at: MonotonicTime(nanoseconds: Int64(number)))
        }
        return log
    }

    @Test func `an empty log has no frames`() {
        #expect(FrameLog().frames(after: 0).isEmpty && FrameLog().lastNumber == 0)
        #expect(FrameLog().frames(after: .max).isEmpty)
    }

    @Test(arguments: [1, FrameLog.capacity - 1, FrameLog.capacity, FrameLog.capacity + 1, 3 * FrameLog.capacity + 7])
    func `the last ones are kept in order, with numbers without gaps`(count: Int) {
        let frames = log(count).frames(after: 0)
        let first = max(0, count - FrameLog.capacity)
        #expect(frames.map(\.number) == (first..<count).map { UInt64($0 + 1) })
        #expect(frames.map(\.bytes) == (first..<count).map { [UInt8(truncatingIfNeeded: $0)] })
        #expect(log(count).lastNumber == UInt64(count))
    }

    @Test func `only frames after the number are given, whatever the number is`() {
        let log = log(FrameLog.capacity + 10)
        let last = log.lastNumber
        #expect(log.frames(after: last - 2).map(\.number) == [last - 1, last])
        #expect(log.frames(after: 3).count == FrameLog.capacity)
        for beyond in [last, last + 1, .max - 1, .max] { #expect(log.frames(after: beyond).isEmpty) }
    }

    @Test func `of a babbling line only the beginning is kept`() {
        var log = FrameLog()
        log.add(
            .stray, unit: nil, [UInt8](repeating: 7, count: 5000), problem: "nothing was asked", at: MonotonicTime(nanoseconds: 1)
        )
        #expect(log.frames(after: 0).map(\.bytes.count) == [FrameLog.longest])
    }
}
