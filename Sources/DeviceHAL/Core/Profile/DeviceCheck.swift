// What a profile demands before values are believed: identity, state, life. Data only; SensorEdge judges by it.
import SensorModel

/// A reason that takes belief away, wholly or in part.
public enum Doubt: Sendable, Equatable {
    /// The reading has no value.
    case bad(BadReason)
    /// The value is to be taken with care.
    case uncertain(UncertainReason)

    /// Every reason's word.
    public static let words = BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)

    /// The reason of a word (contract §5); nil when there is none.
    public init?(word: String) {
        if let reason = BadReason(rawValue: word) {
            self = .bad(reason)
        } else if let reason = UncertainReason(rawValue: word) {
            self = .uncertain(reason)
        } else {
            return nil
        }
    }

    /// The reason's word.
    public var word: String {
        switch self {
        case .bad(let reason): reason.rawValue
        case .uncertain(let reason): reason.rawValue
        }
    }
}

extension DeviceProfile {
    /// One thing that is read to know a device by.
    public struct IdentityCheck: Sendable, Equatable {
        /// What must be there.
        public enum Expectation: Sendable, Equatable {
            /// The masked register.
            case equals(UInt16, mask: UInt16)
            /// The address the unit is asked by.
            case unitAddress
            /// A number from one to the other.
            case within(ClosedRange<UInt16>)
            /// Characters, two in each register; spaces and zero bytes around them do not count.
            case text(String)
        }
        /// Where it begins.
        public var place: RegisterPlace
        /// How many registers, 1 or for text up to 16.
        public var registers: Int
        /// What must be there.
        public var expectation: Expectation

        /// - Parameters: as the properties.
        public init(place: RegisterPlace, registers: Int = 1, expectation: Expectation) {
            self.place = place
            self.registers = registers
            self.expectation = expectation
        }
    }

    /// What makes the device the one the profile describes, or another one.
    public struct Requirement: Sendable, Equatable {
        /// One check, or for `isRefused` any number.
        public var checks: [IdentityCheck]
        /// False: the check must hold. True: the device is refused when all checks hold; one that it answers with a Modbus
        /// exception does not hold.
        public var isRefused: Bool
        /// Every channel's reason when the device is not the one.
        public var reason: BadReason

        /// - Parameters: as the properties.
        public init(checks: [IdentityCheck], isRefused: Bool = false, reason: BadReason) {
            self.checks = checks
            self.isRefused = isRefused
            self.reason = reason
        }

        /// A register that must hold something.
        public init(table: RegisterTable, address: UInt16, mask: UInt16 = 0xFFFF, equals: UInt16, reason: BadReason) {
            let place = RegisterPlace(table: table, address: address)
            self.init(checks: [IdentityCheck(place: place, expectation: .equals(equals, mask: mask))], reason: reason)
        }
    }

    /// A register that says when the channels may not be believed.
    public struct StatusRule: Sendable, Equatable {
        /// Where.
        public var place: RegisterPlace
        /// Bits that count for `equals` and `atMost`.
        public var mask: UInt16
        /// The register is a two's complement number.
        public var isSigned: Bool
        /// Values, and what they mean.
        public var equals: [Int: Doubt]
        /// Bits (0 is the least significant), and what a set bit means.
        public var bits: [Int: Doubt]
        /// Values up to and with a number, and what they mean.
        public var atMost: [Int: Doubt]
        /// The channels it is about; empty for all.
        public var channels: [String]

        /// - Parameters: as the properties.
        public init(
            table: RegisterTable, address: UInt16, mask: UInt16 = 0xFFFF, isSigned: Bool = false, equals: [Int: Doubt] = [:],
            bits: [Int: Doubt] = [:], atMost: [Int: Doubt] = [:], channels: [String] = []
        ) {
            place = RegisterPlace(table: table, address: address)
            self.mask = mask
            self.isSigned = isSigned
            self.equals = equals
            self.bits = bits
            self.atMost = atMost
            self.channels = channels
        }
    }

    /// A register that moves as long as the device measures.
    public struct Heartbeat: Sendable, Equatable {
        /// Where.
        public var place: RegisterPlace
        /// How often it changes. Unchanged for twice as long, it stands still.
        public var period: Duration

        /// - Parameters: as the properties.
        public init(place: RegisterPlace, period: Duration) {
            self.place = place
            self.period = period
        }
    }

    /// What starts a measurement: a write, and a wait before the values are read.
    public struct Trigger: Sendable, Equatable {
        /// A coil or a holding register.
        public var place: RegisterPlace
        /// What is written; for a coil anything but 0 is on.
        public var value: UInt16
        /// From the answer to the write to the first read.
        public var wait: Duration

        /// - Parameters: as the properties.
        public init(place: RegisterPlace, value: UInt16, wait: Duration) {
            self.place = place
            self.value = value
            self.wait = wait
        }
    }
}
