// What stands behind a unit address of a simulated bus: a simulated device, or a test's map of registers.
import DeviceHAL
import SensorModel

/// Whoever answers at a unit address. The answer is a function of the moment and of what was written before.
public protocol RegisterSource: Sendable {
    /// Answers a read.
    /// - Parameters:
    ///   - table: the table.
    ///   - address: zero-based PDU address of the first item.
    ///   - count: number of items, in the range of the protocol.
    ///   - time: from the begin of simulated time.
    /// - Returns: one word per register, or per bit one word, 0 or 1.
    func read(_ table: RegisterTable, address: UInt16, count: UInt16, at time: Duration) throws(RegisterFault) -> [UInt16]

    /// Carries a write out, or refuses it.
    func write(_ action: RegisterWrite.Action, at time: Duration) throws(RegisterFault)
}

/// Why a request gets no right reply.
public enum RegisterFault: Error, Sendable, Equatable {
    /// No reply at all: off, unplugged, torn off.
    case silent
    /// A reply with a wrong checksum.
    case corrupt
    /// The unit refuses with a Modbus exception code.
    case exception(UInt8)
}
