// One channel of a sensor model: its fields in the register map and what their number means.
import DeviceHAL
import SensorModel

/// Reads channels.
enum ChannelReader {
    private static let fieldKeys = ["table", "address", "type", "word_order", "byte_order", "scale", "offset", "invalid"]
    private static let meaningKeys = ["quantity", "unit", "principle", "range", "resolution"]
    private static let laterKeys = ["bit", "decimals_at", "unit_at", "trigger"]
    private static let laterTypes = ["bool", "int64", "uint64", "float64", "bcd16", "bcd32", "ascii"]

    /// Reads one channel.
    static func read(_ name: String, _ field: Field) -> ChannelMap? {
        let isTransformed = field.node["transform"] != nil
        guard let section = field.section((isTransformed ? ["transform", "inputs"] : fieldKeys) + meaningKeys, later: laterKeys)
        else { return nil }
        let transform: Transform? = section["transform"]?.choice(later: ["hydrostatic-depth"])
        let fields = isTransformed ? readInputs(section, transform) : readField(section).map { [$0] }
        let quantity: Quantity? = section.required("quantity", "what is measured, like methane")?.choice()
        readUnit(section, quantity)
        if transform == .gravityTilt, let quantity, quantity != .tilt {
            let _: Int? = section["quantity"]?.expected("tilt, which is what gravity-tilt gives")
        }
        let principle: Principle? = section["principle"]?.choice()
        let range = section["range"].flatMap(readRange)
        let resolution = section["resolution"]?.number("a number above 0", in: 1e-12...1e12)
        guard let fields, let quantity else { return nil }
        return ChannelMap(
            name: name, quantity: quantity, fields: fields, transform: transform, principle: principle, range: range,
            resolution: resolution)
    }

    private static func readUnit(_ section: Section, _ quantity: Quantity?) {
        let what = quantity.map { "\"\($0.unit.rawValue)\", the unit of \($0.rawValue)" } ?? "the unit of the quantity"
        guard let field = section.required("unit", what), let quantity, let text = field.text(what) else { return }
        if text != quantity.unit.rawValue { let _: Int? = field.expected("\(what) (nothing is converted silently)") }
    }

    private static func readInputs(_ section: Section, _ transform: Transform?) -> [RegisterField]? {
        let inputs = section.required("inputs", "the list of registers the transform works on")?.list()
        let fields = inputs?.map { $0.section(fieldKeys, later: laterKeys).flatMap(readField) }
        guard let inputs, let fields, let transform else { return nil }
        guard transform.fieldCount.contains(inputs.count) else {
            let count = transform.fieldCount.lowerBound
            section["inputs"]?.refuse("expected \(count) inputs for \(transform.rawValue), found \(inputs.count)")
            return nil
        }
        let good = fields.compactMap { $0 }
        return good.count == fields.count ? good : nil
    }

    private static func readField(_ section: Section) -> RegisterField? {
        let table: RegisterTable? = section.required("table", "input or holding").flatMap { field in
            field.choice(of: ["input", "holding"], later: ["coil", "discrete"]).flatMap(RegisterTable.init(rawValue:))
        }
        let addressField = section.required("address", "the zero-based PDU address")
        let address = addressField?.word()
        let type: RegisterType? = section.required("type", "the type, like uint16")?.choice(later: laterTypes)
        let wordOrder: Order? = section["word_order"].map { $0.choice() } ?? .big
        let byteOrder: Order? = section["byte_order"].map { $0.choice() } ?? .big
        let scale = section["scale"].map(readScale) ?? 1
        let offset = section["offset"].map { $0.number() } ?? 0
        let invalid = type.flatMap { type in section["invalid"].map { readInvalid($0, type) } } ?? []
        guard let table, let address, let type, let wordOrder, let byteOrder, let scale, let offset else { return nil }
        if Int(address) + type.words > 0x1_0000 {
            addressField?.refuse("expected an address whose \(type.words) words end at 65535")
        }
        return RegisterField(
            table: table, address: address, type: type, wordOrder: wordOrder, byteOrder: byteOrder, scale: scale, offset: offset,
            invalid: invalid)
    }

    private static func readScale(_ field: Field) -> Double? {
        guard let scale = field.number() else { return nil }
        return scale != 0 ? scale : field.expected("a number other than 0")
    }

    private static func readInvalid(_ field: Field, _ type: RegisterType) -> [UInt32] {
        let largest = type.words == 1 ? 0xFFFF : 0xFFFF_FFFF
        let what = "the raw pattern of \(type.rawValue), like 0x\(String(largest, radix: 16, uppercase: true))"
        return (field.list() ?? []).compactMap { $0.integer(in: 0...largest, what).map { UInt32($0) } }
    }

    private static func readRange(_ field: Field) -> ClosedRange<Double>? {
        guard let ends = field.list() else { return nil }
        guard ends.count == 2 else {
            field.refuse("expected two numbers, like [0, 100], found \(ends.count)")
            return nil
        }
        guard let low = ends[0].number(), let high = ends[1].number() else { return nil }
        return low < high ? low...high : ends[1].expected("a number above \(ends[0].found)")
    }
}
