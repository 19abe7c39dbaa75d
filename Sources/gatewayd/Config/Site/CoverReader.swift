// Section `covers`: the assets, with what the platform wants to know of them.
import DeviceHAL
import SensorModel

/// Reads the covers.
struct CoverReader {
    let buses: DeclaredBuses
    let shelf: ProfileShelf

    /// Reads section `covers`; none when it is missing.
    func read(_ field: Field?) -> [CoverSettings] {
        var sensors = SensorReader(buses: buses, shelf: shelf)
        var lines: [String: Int] = [:]
        var covers: [CoverSettings] = []
        for entry in field?.list() ?? [] {
            let keys = [
                "code", "scheme", "name", "kind", "risk", "location", "grid", "responsibility_grid", "road", "competent", "owner",
                "maintainer", "sensors",
            ]
            guard let section = entry.section(keys) else { continue }
            let identity = readIdentity(section, &lines)
            var cover = CoverSettings(code: identity?.code ?? "", scheme: identity?.scheme ?? "")
            readAttributes(section, &cover)
            if let field = section["sensors"] { cover.sensors = sensors.read(field) }
            if identity != nil { covers.append(cover) }
        }
        return covers
    }

    private func readIdentity(_ section: Section, _ lines: inout [String: Int]) -> (code: String, scheme: String)? {
        let codeField = section.required("code", "the cover's unique code, in quotes")
        let scheme = section.required("scheme", "component16, digits19 or regex:…").flatMap(CoverScheme.read)
        guard let codeField, let code = codeField.text("the cover's unique code"), let scheme else { return nil }
        if let problem = scheme.problem(with: code) {
            return codeField.expected(problem)
        }
        if let line = lines[code] {
            codeField.refuse("the cover '\(code)' stands here twice, first at line \(line)")
            return nil
        }
        lines[code] = codeField.node.mark.line
        return (code, scheme.text)
    }

    private func readAttributes(_ section: Section, _ cover: inout CoverSettings) {
        cover.name = section["name"]?.text()
        cover.kind = section["kind"]?.choice(of: ["storm", "sewage", "water", "gas", "power", "telecom", "heat", "other"])
        cover.risk = section["risk"]?.list()?.compactMap { $0.id() } ?? []
        cover.location = section["location"].flatMap(readLocation)
        cover.grid = section["grid"]?.text("the grid's code")
        cover.responsibilityGrid = section["responsibility_grid"]?.text()
        cover.road = section["road"]?.text()
        cover.competent = section["competent"]?.text()
        cover.owner = section["owner"]?.text()
        cover.maintainer = section["maintainer"]?.text()
    }

    private func readLocation(_ field: Field) -> Location? {
        guard
            let section = field.section(["longitude", "latitude", "crs", "text", "rim_elevation", "invert_elevation", "datum"])
        else { return nil }
        let longitude = section.required("longitude", "degrees east")?.number("degrees east from -180 to 180", in: -180...180)
        let latitude = section.required("latitude", "degrees north")?.number("degrees north from -90 to 90", in: -90...90)
        let crs = section.required("crs", "CGCS2000 or WGS84").flatMap(readReferenceSystem)
        guard let longitude, let latitude, let crs else { return nil }
        var location = Location(longitude: longitude, latitude: latitude, crs: crs)
        location.text = section["text"]?.text()
        location.rimElevation = section["rim_elevation"]?.value(in: .metre)
        location.invertElevation = section["invert_elevation"]?.value(in: .metre)
        location.datum = section["datum"]?.text()
        if let rim = location.rimElevation, let invert = location.invertElevation, invert > rim {
            section["invert_elevation"]?.refuse("expected a value below rim_elevation, the invert is the bottom of the chamber")
        }
        return location
    }

    private func readReferenceSystem(_ field: Field) -> String? {
        guard let text = field.node.text, ["GCJ-02", "GCJ02", "BD-09", "BD09"].contains(text.uppercased()) else {
            return field.choice(of: ["CGCS2000", "WGS84"])
        }
        field.refuse(
            "expected CGCS2000 or WGS84, found \(field.found): it is shifted by hundreds of metres and is not converted"
        )
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
            return field.choice(of: ["component16", "digits19", "regex:…"]).map { CoverScheme(text: $0, pattern: nil) }
        }
        do {
            return CoverScheme(text: text, pattern: try Regex(String(text.dropFirst(6))))
        } catch {
            return field.expected("a regular expression after 'regex:'")
        }
    }

    /// What was expected of the code, when it does not fit; nil when it does.
    func problem(with code: String) -> String? {
        let isDigits = code.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let isPart = code.utf8.count <= 64 && !code.contains { $0 == "/" || $0.isWhitespace }
        switch text {
        case _ where !isPart: return "a code of at most 64 bytes without '/' and spaces"
        case "component16" where !isDigits || code.utf8.count != 16: return "16 digits (scheme component16)"
        case "component16" where code.utf8.dropFirst(6).prefix(2).elementsEqual("01".utf8) == false:
            return "the class 01 (public utilities) in digits 7 and 8 (scheme component16)"
        case "digits19" where !isDigits || code.utf8.count != 19: return "19 digits (scheme digits19)"
        default: break
        }
        guard let pattern else { return nil }
        return code.wholeMatch(of: pattern) == nil ? "a code that matches \(text) as a whole" : nil
    }
}
