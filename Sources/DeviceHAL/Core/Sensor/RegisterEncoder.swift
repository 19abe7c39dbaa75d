// The decoder's inverse: which words a device would send for a value. Tests and simulated devices speak with it.
import SensorModel

/// Turns numbers into register words, by what the profile says about them.
public enum RegisterEncoder {
    /// The words of a field that decode to the value, rounded to the field's nearest step.
    /// - Parameters:
    ///   - value: in the channel's canonical unit.
    ///   - field: how the number is written.
    /// - Returns: as many words as the type takes, in the order of the wire; nil when the type cannot hold the value, the
    ///   scale is 0, or the pattern is one that the field calls invalid.
    public static func words(for value: Double, in field: RegisterField) -> [UInt16]? {
        let number = (value - field.offset) / field.scale
        guard number.isFinite, let pattern = pattern(of: number, as: field.type), !field.invalid.contains(pattern) else {
            return nil
        }
        let low = UInt16(truncatingIfNeeded: pattern)
        guard field.type.words == 2 else { return [field.ordered(low)] }
        let words = [UInt16(truncatingIfNeeded: pattern >> 16), low].map(field.ordered)
        return field.wordOrder == .big ? words : words.reversed()
    }

    private static func pattern(of number: Double, as type: RegisterType) -> UInt32? {
        let rounded = number.rounded()
        switch type {
        case .int16: return Int16(exactly: rounded).map { UInt32(UInt16(bitPattern: $0)) }
        case .uint16: return UInt16(exactly: rounded).map { UInt32($0) }
        case .int32: return Int32(exactly: rounded).map { UInt32(bitPattern: $0) }
        case .uint32: return UInt32(exactly: rounded)
        case .float32:
            let float = Float(number)
            return float.isFinite ? float.bitPattern : nil
        }
    }
}
