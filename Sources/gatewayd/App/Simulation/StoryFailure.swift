// How a story ends that is not well.
/// Why a daemon that ends with its story ends with 1.
enum StoryFailure: Error, Equatable, CustomStringConvertible {
    /// Something was not as the scenario expects.
    case unexpected(scenario: String)
    /// The daemon was stopped before.
    case unfinished(scenario: String)

    /// One line for a person.
    var description: String {
        switch self {
        case .unexpected(let name): "scenario \(name): not as expected; the lines above say what"
        case .unfinished(let name): "scenario \(name): stopped before its end, nothing was judged"
        }
    }
}
