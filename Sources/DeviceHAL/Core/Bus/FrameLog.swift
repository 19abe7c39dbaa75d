// The last frames of a bus, for whoever looks over its shoulder. Bounded; the oldest give way.
import SensorModel

/// Bytes as they went over a wire, or did not.
public struct BusFrame: Sendable, Equatable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// What was asked.
        case request
        /// What came until the request was answered or given up, everything in one.
        case reply
        /// What came while nothing was asked.
        case stray
        /// Nothing came.
        case silence
    }

    /// From 1, without gaps: a number that is missing gave way to later ones.
    public var number: UInt64
    /// When its first byte was sent, or its last one came.
    public var time: MonotonicTime
    /// What it is.
    public var kind: Kind
    /// Whom the last request was for; nil before the first.
    public var unit: UInt8?
    /// With its checksum on a serial line, with the MBAP header on Modbus TCP; the first `FrameLog.longest` of them.
    public var bytes: [UInt8]
    /// Why it was not believed, in words; empty when it was, and for requests.
    public var problem: String

    /// - Parameters: as the properties.
    public init(number: UInt64, time: MonotonicTime, kind: Kind, unit: UInt8?, bytes: [UInt8], problem: String = "") {
        self.number = number
        self.time = time
        self.kind = kind
        self.unit = unit
        self.bytes = bytes
        self.problem = problem
    }
}

/// The last frames of one bus.
public struct FrameLog: Sendable {
    /// The most frames that are kept.
    public static let capacity = 256
    /// The most bytes of a frame that are kept; two replies fit.
    public static let longest = 512

    private var frames: [BusFrame] = []
    private var last: UInt64 = 0

    /// Empty.
    public init() {}

    /// Keeps a frame.
    public mutating func add(
        _ kind: BusFrame.Kind, unit: UInt8?, _ bytes: [UInt8], problem: String = "", at time: MonotonicTime
    ) {
        last += 1
        let kept = bytes.count > Self.longest ? Array(bytes.prefix(Self.longest)) : bytes
        let frame = BusFrame(number: last, time: time, kind: kind, unit: unit, bytes: kept, problem: problem)
        if frames.count < Self.capacity { frames.append(frame) } else { frames[Int((last - 1) % UInt64(Self.capacity))] = frame }
    }

    /// The frames with numbers above the given one that are still there, oldest first.
    public func frames(after number: UInt64) -> [BusFrame] {
        // Before anything is added: the number comes from outside and may be the highest there is.
        guard number < last else { return [] }
        let first = max(number, last - UInt64(frames.count)) + 1
        return (first...last).map { frames[Int(($0 - 1) % UInt64(Self.capacity))] }
    }

    /// The last frame's number; 0 before the first.
    public var lastNumber: UInt64 { last }
}
