// What can be written on a Modbus wire: one action on one unit, carried out once.
import SensorModel

/// One write to one unit.
///
/// Source: Modbus Application Protocol V1.1b3, §6.5, §6.6, §6.11 and §6.12.
public struct RegisterWrite: Sendable, Hashable {
    /// What is written, and where. Addresses are zero-based PDU addresses.
    public enum Action: Sendable, Hashable {
        /// One coil (function 5).
        case coil(address: UInt16, on: Bool)
        /// One holding register (function 6).
        case register(address: UInt16, word: UInt16)
        /// Neighbouring coils, 1 to 1968 (function 15).
        case coils(address: UInt16, [Bool])
        /// Neighbouring holding registers, 1 to 123 (function 16).
        case registers(address: UInt16, [UInt16])

        /// The function code that writes it.
        public var function: UInt8 {
            switch self {
            case .coil: 5
            case .register: 6
            case .coils: 15
            case .registers: 16
            }
        }

        /// The table that is written.
        public var table: RegisterTable {
            switch self {
            case .coil, .coils: .coil
            case .register, .registers: .holding
            }
        }

        /// Address of the first item.
        public var address: UInt16 {
            switch self {
            case .coil(let address, _), .register(let address, _), .coils(let address, _), .registers(let address, _): address
            }
        }

        /// The items as a read of the same place gives them: one word per register, one word, 0 or 1, per coil.
        public var words: [UInt16] {
            switch self {
            case .coil(_, let on): [on ? 1 : 0]
            case .register(_, let word): [word]
            case .coils(_, let states): states.map { $0 ? 1 : 0 }
            case .registers(_, let words): words
            }
        }
    }

    /// The most coils one write may set (V1.1b3 §6.11).
    public static let mostCoils = 1968
    /// The most registers one write may set (V1.1b3 §6.12).
    public static let mostRegisters = 123

    /// Unit address, 1 to 247 on a serial line, 0 to 255 over TCP. Broadcasts (unit 0 on a serial line) are refused:
    /// nobody answers them, so nobody could say that they were carried out.
    public var unit: UInt8
    /// What is written.
    public var action: Action
    /// The unit's timing.
    public var timing: UnitTiming

    /// - Parameters: as the properties.
    public init(unit: UInt8, action: Action, timing: UnitTiming) {
        self.unit = unit
        self.action = action
        self.timing = timing
    }
}
