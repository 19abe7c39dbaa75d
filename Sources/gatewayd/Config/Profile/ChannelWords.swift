// What a channel makes of its registers, in words, wherever a sensor model says more than place and type.
import DeviceHAL

extension RegisterField {
    /// `scale 0.1, offset -1.5, word order little`; empty where nothing differs from what Modbus prescribes.
    var changeWords: [String] {
        [
            scale == 1 ? nil : "scale \(Self.exact(scale))", offset == 0 ? nil : "offset \(Self.exact(offset))",
            wordOrder == .big ? nil : "word order \(wordOrder.rawValue)",
            byteOrder == .big ? nil : "byte order \(byteOrder.rawValue)",
            decimalsAt.map { "decimals at \($0)" }, unitAt.map(\.tableWords),
        ].compactMap { $0 }
    }

    /// All digits, because a wrong last one is what is looked for.
    fileprivate static func exact(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
    }
}

extension UnitTable {
    /// `unit at holding 13: 1 %LEL, 2 %VOL × 20 (LEL 5 %VOL)`.
    fileprivate var tableWords: String {
        let units = codes.sorted { $0.key < $1.key }.map { code, conversion in
            let factor = conversion.scale == 1 ? "" : " × \(RegisterField.exact(conversion.scale))"
            return "\(code) \(conversion.unit)\(factor)\(conversion.basis.map { " (\($0))" } ?? "")"
        }
        return "unit at \(place): \(units.joined(separator: ", "))"
    }
}
