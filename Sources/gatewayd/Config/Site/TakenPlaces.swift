// Which addresses and lines of which bus are taken: each belongs to one sensor or one output.

/// The places that are taken; one for the whole file.
final class TakenPlaces {
    private struct Address: Hashable {
        var bus: String
        var place: String
    }

    private var taken: [Address: (path: String, line: Int)] = [:]

    /// False, with an error, when somebody else has the place already.
    /// - Parameter field: the key that names the place.
    func take(_ field: Field, _ bus: BusSettings, _ place: String) -> Bool {
        let address = Address(bus: bus.id, place: place)
        if let other = taken[address] {
            field.refuse("\(place) of bus '\(bus.id)' is taken by \(other.path) at line \(other.line)")
            return false
        }
        let path = field.path.lastIndex(of: ".").map { String(field.path[..<$0]) } ?? field.path
        taken[address] = (path, field.node.mark.line)
        return true
    }
}
