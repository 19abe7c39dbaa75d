// Section `covers`: the assets, with what the platform wants to know of them.
import DeviceHAL
import SensorModel

/// Reads the covers.
struct CoverReader {
    let buses: DeclaredBuses
    let shelf: ProfileShelf
    let taken: TakenPlaces
    /// The counties there may be covers in; empty for all.
    let divisions: [String]

    /// Reads section `covers`; none when it is missing.
    func read(_ field: Field?) -> [CoverSettings] {
        let sensors = SensorReader(buses: buses, shelf: shelf, taken: taken)
        var lines: [String: Int] = [:]
        var covers: [CoverSettings] = []
        for entry in field?.list() ?? [] {
            guard let section = entry.section() else { continue }
            let identity = readIdentity(section, &lines)
            var cover = CoverSettings(code: identity?.code ?? "", scheme: identity?.scheme ?? "")
            readAttributes(section, &cover)
            if let field = section["sensors"] { cover.sensors = sensors.read(field) }
            if identity != nil { covers.append(cover) }
        }
        return covers
    }

    private func readIdentity(_ section: Section, _ lines: inout [String: Int]) -> (code: String, scheme: String)? {
        let scheme = section["scheme"].flatMap(CoverScheme.read)
        guard let codeField = section["code"], let code = codeField.text(), let scheme else { return nil }
        if let problem = scheme.problem(with: code) ?? countyProblem(code, scheme, section["grid"]) {
            return codeField.expected(problem)
        }
        if let line = lines[code] {
            codeField.refuse("the cover '\(code)' stands here twice, first at line \(line)")
            return nil
        }
        lines[code] = codeField.node.mark.line
        return (code, scheme.text)
    }

    /// What was expected of the county in a code of scheme component16, when it is another one; nil when it is right.
    private func countyProblem(_ code: String, _ scheme: CoverScheme, _ grid: Field?) -> String? {
        guard scheme.text == "component16" else { return nil }
        let county = String(code.prefix(6))
        if let grid = grid?.node.text, grid.count >= 6, !grid.hasPrefix(county) {
            return "the county of grid '\(grid)', \(grid.prefix(6)), in digits 1 to 6 (scheme component16)"
        }
        if divisions.isEmpty || divisions.contains(county) { return nil }
        return "a county of gateway.divisions (\(MessageText.list(divisions))) in digits 1 to 6 (scheme component16)"
    }

    private func readAttributes(_ section: Section, _ cover: inout CoverSettings) {
        cover.name = section["name"]?.text()
        cover.kind = section["kind"]?.choice()
        cover.risk = section["risk"]?.list()?.compactMap { $0.id() } ?? []
        cover.location = section["location"].flatMap(readLocation)
        cover.grid = section["grid"]?.text()
        cover.responsibilityGrid = section["responsibility_grid"]?.text()
        cover.road = section["road"]?.text()
        cover.competent = section["competent"]?.text()
        cover.owner = section["owner"]?.text()
        cover.maintainer = section["maintainer"]?.text()
    }

    private func readLocation(_ field: Field) -> Location? {
        guard let section = field.section() else { return nil }
        let longitude = section["longitude"]?.number()
        let latitude = section["latitude"]?.number()
        let crs = section["crs"].flatMap(readReferenceSystem)
        guard let longitude, let latitude, let crs else { return nil }
        var location = Location(longitude: longitude, latitude: latitude, crs: crs)
        location.text = section["text"]?.text()
        location.rimElevation = section["rim_elevation"]?.value()
        location.invertElevation = section["invert_elevation"]?.value()
        location.datum = section["datum"]?.text()
        if let rim = location.rimElevation, let invert = location.invertElevation, invert > rim {
            section["invert_elevation"]?.refuse("expected a value below rim_elevation, the invert is the bottom of the chamber")
        }
        return location
    }

    private func readReferenceSystem(_ field: Field) -> String? {
        guard let text = field.node.text, ["GCJ-02", "GCJ02", "BD-09", "BD09"].contains(text.uppercased()) else {
            return field.choice()
        }
        field.refuse("expected CGCS2000 or WGS84, found \(field.found): it is shifted by hundreds of metres and is not converted")
        return nil
    }
}

/// How a cover's code must look.
struct CoverScheme {
    /// As it stands in the file.
    let text: String
    private let pattern: Regex<AnyRegexOutput>?

    /// Reads `component16`, `digits19` or `regex:PATTERN`.
    static func read(_ field: Field) -> CoverScheme? {
        guard let text = field.node.text, text.hasPrefix("regex:") else {
            return field.text().map { CoverScheme(text: $0, pattern: nil) }
        }
        do { return CoverScheme(text: text, pattern: try Regex(String(text.dropFirst(6)))) } catch {
            return field.expected("a regular expression after 'regex:'")
        }
    }

    private static func isCounty(_ digits: Substring) -> Bool {
        (try? Regex(Shapes.division)).map { digits.wholeMatch(of: $0) != nil } ?? true
    }

    /// What was expected of the code, when it does not fit; nil when it does.
    func problem(with code: String) -> String? {
        let isDigits = code.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let isPart = code.utf8.count <= 64 && !code.contains { $0 == "/" || $0.isWhitespace }
        switch text {
        case _ where !isPart: return "a code of at most 64 bytes without '/' and spaces"
        case "component16" where !isDigits || code.utf8.count != 16: return "16 digits (scheme component16)"
        case "component16" where !Self.isCounty(code.prefix(6)):
            return "the code of a county (GB/T 2260) in digits 1 to 6 (scheme component16)"
        case "component16" where code.utf8.dropFirst(6).prefix(2).elementsEqual("01".utf8) == false:
            return "the class 01 (public utilities) in digits 7 and 8 (scheme component16)"
        case "digits19" where !isDigits || code.utf8.count != 19: return "19 digits (scheme digits19)"
        default: break
        }
        guard let pattern else { return nil }
        return code.wholeMatch(of: pattern) == nil ? "a code that matches \(text) as a whole" : nil
    }
}
