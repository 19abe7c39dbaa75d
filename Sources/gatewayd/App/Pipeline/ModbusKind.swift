// What carries a Modbus bus, by the words of the configuration.

/// The kind of a Modbus bus.
public enum ModbusKind: String, Sendable {
    /// A serial line of this machine.
    case rtu = "modbus-rtu"
    /// A server, or a gateway to a line.
    case tcp = "modbus-tcp"
    /// A serial line behind a serial server.
    case rtuOverTCP = "modbus-rtu-over-tcp"
}
