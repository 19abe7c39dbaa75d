// The owner of one libmodbus handle: the only Swift that calls the C shim.
import CModbus
import DeviceHAL
import Glibc
import Platform
import SensorModel

/// Why a port could not be opened or is gone, in words.
struct PortFailure: Error {
    let reason: String

    init(reason: String) { self.reason = reason }

    /// - Parameter error: an errno.
    init(error: Int32) {
        var text = [CChar](repeating: 0, count: 128)
        cmodbus_explain(error, &text, Int32(text.count))
        reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// An open serial line or TCP connection. Closed when it goes away.
final class ModbusPort {
    private let handle: OpaquePointer
    private var buffer = [UInt8](repeating: 0, count: 1024)

    /// Opens the port; a serial line is locked for this process.
    init(_ link: ModbusLink, connectTimeout: Duration) throws(PortFailure) {
        var opened: OpaquePointer?
        let result: Int32
        switch link {
        case .serial(let device, let baud, let parity, let stopBits):
            result = cmodbus_open_serial(
                device, Int32(clamping: baud), Self.letter(of: parity), Int32(clamping: stopBits), &opened)
        case .tcp(let host, let port), .rtuOverTCP(let host, let port):
            result = cmodbus_open_tcp(host, String(port), connectTimeout.nanoseconds, &opened)
        }
        guard result == 0, let opened else { throw PortFailure(error: -result) }
        handle = opened
        guard link.isSerial else { return }
        // `deinit` closes what is thrown away here.
        do { try FileLock.lock(descriptor: cmodbus_descriptor(opened)) } catch {
            switch error {
            case .held(let holder): throw PortFailure(reason: "held by \(holder); only one process may use the line")
            case .system(let number): throw PortFailure(error: number)
            }
        }
    }

    private static func letter(of parity: Parity) -> CChar {
        let letter: Unicode.Scalar =
            switch parity {
            case .none: "N"
            case .even: "E"
            case .odd: "O"
            }
        return CChar(letter.value)
    }

    deinit {
        FileLock.unlock(descriptor: cmodbus_descriptor(handle))
        cmodbus_close(handle)
    }

    /// The kernel's time since boot.
    static func now() -> MonotonicTime { MonotonicTime(nanoseconds: cmodbus_now()) }

    /// Sends a frame in the form `cmodbus_send` asks for.
    func send(_ frame: [UInt8]) throws(PortFailure) {
        let result = cmodbus_send(handle, frame, Int32(frame.count))
        if result != 0 { throw PortFailure(error: -result) }
    }

    /// Waits for bytes until the deadline; nothing when it passes. A deadline in the past only looks.
    func receive(until deadline: MonotonicTime) throws(PortFailure) -> [UInt8] {
        let count = cmodbus_receive(handle, &buffer, Int32(buffer.count), deadline.nanoseconds)
        if count < 0 { throw PortFailure(error: -count) }
        return Array(buffer[..<Int(count)])
    }
}
