// What a scenario may speak of: the covers, sensors and rules of the configuration that it is played on.
import Alarms
import DeviceHALSimulated
import SensorModel

/// The street a scenario is played on, and how long.
struct ScenarioStage {
    /// The covers in the order of the configuration.
    let covers: [CoverSettings]
    /// The rules that hold there.
    let rules: [AlarmRule]
    /// How long the story is; nil when the file does not say it.
    let duration: Duration?

    /// The quantities that a rule watches, any of them where it is about quality; nil where there is no such rule.
    func quantities(ofRule id: String) -> Set<Quantity>? { rules.first { $0.id == id }?.condition.quantities }

    /// The places of the covers that are meant.
    func places(_ choice: CoverChoice) -> [Int] {
        switch choice {
        case .all: Array(covers.indices)
        case .number(let number): covers.indices.contains(number - 1) ? [number - 1] : []
        case .code(let code): covers.indices.filter { covers[$0].code == code }
        }
    }

    /// Whether any of the covers that are meant measures the quantity.
    func measures(_ quantity: Quantity, at choice: CoverChoice) -> Bool {
        places(choice).contains { place in
            covers[place].sensors.contains { $0.channels.contains { $0.quantity == quantity } }
        }
    }

    /// The ids of the sensors at the covers that are meant, in order, each once.
    func sensors(at choice: CoverChoice) -> [String] {
        var seen: Set<String> = []
        return places(choice).flatMap { covers[$0].sensors.map(\.id) }.filter { seen.insert($0).inserted }
    }

    /// «No sensor of the covers that are meant …», in words.
    func nothing(at choice: CoverChoice) -> String {
        switch choice {
        case .all: "no sensor of the configuration"
        case .number(let number): "no sensor of cover \(number) (\(covers[number - 1].code))"
        case .code(let code): "no sensor of cover '\(code)'"
        }
    }

    /// Reads a `cover`; nil, with an error, when the configuration has none like it.
    func cover(_ field: Field) -> CoverChoice? {
        guard case .scalar(let text, let isQuoted) = field.node.content else { return field.expected(Self.form) }
        if isQuoted {
            if covers.contains(where: { $0.code == text }) { return .code(text) }
            return field.expected("the code of a cover of the configuration")
        }
        if text == "all" { return .all }
        guard let number = NumberText.integer(text) else { return field.expected(Self.form) }
        guard covers.indices.contains(number - 1) else {
            return field.expected(Self.counted(covers.count))
        }
        return .number(number)
    }

    private static let form = "the number of a cover, from 1, a cover's code in quotes, or all"

    private static func counted(_ count: Int) -> String {
        switch count {
        case 0: "all, the configuration has no covers"
        case 1: "1 or all, the configuration has 1 cover"
        default: "1 to \(count) or all, the configuration has \(count) covers; a code stands in quotes"
        }
    }
}
