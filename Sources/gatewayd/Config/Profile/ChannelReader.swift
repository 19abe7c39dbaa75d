// One channel of a sensor model: its fields in the register map, what their number means, and when it may be believed.
import DeviceHAL
import SensorModel

/// Reads channels.
enum ChannelReader {
    /// Reads one channel.
    static func read(_ name: String, _ field: Field) -> ChannelMap? {
        guard let (word, section) = field.variant() else { return nil }
        let transform = word.flatMap(Transform.init(rawValue:))
        let quantity: Quantity? = section["quantity"]?.choice()
        readUnit(section, quantity)
        let fields =
            transform.map { readInputs(section, $0) } ?? FieldReader.read(section, unit: quantity?.unit.rawValue).map { [$0] }
        if let transform, let quantity, quantity != transform.quantity {
            let _: Int? = section["quantity"]?.expected(
                "\(transform.quantity.rawValue), which is what \(transform.rawValue) gives")
        }
        let principle = readPrinciple(section, quantity)
        let range = section["range"].flatMap(readRange)
        let resolution = section["resolution"]?.number()
        let stuckAfter = section["stuck_after"]?.duration()
        let flatLine = section["flat_line"].flatMap(readFlatLine)
        let maxRate = section["max_rate"]?.number()
        checkSteps(section, range)
        guard let fields, let quantity else { return nil }
        let channel = ChannelMap(
            name: name, quantity: quantity, fields: fields, transform: transform, principle: principle, range: range,
            resolution: resolution, stuckAfter: stuckAfter, flatLine: flatLine, maxRate: maxRate)
        ChannelSense.check(section, channel)
        return channel
    }

    private static func readUnit(_ section: Section, _ quantity: Quantity?) {
        guard let field = section["unit"], let quantity, field.node.text != quantity.unit.rawValue else { return }
        let unit = quantity.unit.rawValue
        let _: Int? = field.expected("\"\(unit)\", the unit of \(quantity.rawValue) (nothing is converted silently)")
    }

    private static func readInputs(_ section: Section, _ transform: Transform) -> [RegisterField]? {
        guard let inputs = section["inputs"]?.section() else { return nil }
        var fields: [RegisterField] = []
        var isGood = true
        for (index, name) in transform.inputs.enumerated() {
            guard let field = inputs[name] else {
                isGood = isGood && index == transform.inputs.count - 1
                continue
            }
            let read = field.section().flatMap { FieldReader.read($0, unit: Shapes.unit(of: name, in: transform)) }
            if let read { fields.append(read) } else { isGood = false }
        }
        return isGood ? fields : nil
    }

    private static func readPrinciple(_ section: Section, _ quantity: Quantity?) -> Principle? {
        guard let field = section["principle"], let principle: Principle = field.choice() else { return nil }
        if let quantity { ChannelSense.check(principle: principle, field, quantity) }
        return principle
    }

    private static func readRange(_ field: Field) -> ClosedRange<Double>? {
        guard let ends = field.list(), let low = ends[0].number(), let high = ends[1].number() else { return nil }
        return low < high ? low...high : ends[1].expected("a number above \(ends[0].found)")
    }

    private static func readFlatLine(_ field: Field) -> ChannelMap.FlatLine? {
        guard let section = field.section() else { return nil }
        guard let within = section["within"]?.number(), let time = section["for"]?.duration() else { return nil }
        return ChannelMap.FlatLine(within: within, duration: time)
    }

    /// A step that is as wide as the range would make every value the same.
    private static func checkSteps(_ section: Section, _ range: ClosedRange<Double>?) {
        guard let range else { return }
        let width = range.upperBound - range.lowerBound
        for field in [section["resolution"], section["flat_line"]?.section()?["within"]] {
            guard let field, let text = field.plain, let step = NumberText.decimal(text), step >= width else { continue }
            let _: Int? = field.expected("less than the width of the range, \(ShortNumber.text(width))")
        }
    }
}
