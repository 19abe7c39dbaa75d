// What the exception codes of Modbus mean, in words for a technician.

/// Exception codes.
///
/// Source: Modbus Application Protocol V1.1b3, §7.
public enum ModbusException {
    /// The gateway in between got no answer from the unit in its own time: a late one may still be on its way.
    public static let gatewayTargetSilent: UInt8 = 11
    /// The gateway in between has no way to the unit.
    public static let gatewayPathUnavailable: UInt8 = 10

    /// The code with its name.
    public static func describe(_ code: UInt8) -> String {
        let name =
            switch code {
            case 1: "illegal function"
            case 2: "illegal data address"
            case 3: "illegal data value"
            case 4: "device failure"
            case 5: "acknowledge"
            case 6: "device busy"
            case 8: "memory parity error"
            case gatewayPathUnavailable: "gateway path unavailable"
            case gatewayTargetSilent: "gateway target failed to respond"
            default: "not a standard code"
            }
        return "exception \(code) (\(name))"
    }
}
