// gateway.yaml from its top: the sections in the order of the contract (§2).
import Alarms
import DeviceHAL
import SensorModel

/// Reads gateway.yaml.
struct SiteReader {
    let place: Place
    let shelf: ProfileShelf
    /// The shipped rules.
    let pack: [AlarmRule]
    /// The configuration's name, `sha256:…`.
    let hash: String

    /// Reads the whole file; nil, with errors, when something is missing that the rest cannot do without.
    func read(_ root: Field) -> Configuration? {
        guard
            let section = root.section(
                ["schema", "gateway", "profiles", "store", "diagnostics", "buses", "covers", "alarms", "uplinks"])
        else { return nil }
        Self.checkSchema(section)
        if let profiles = section["profiles"] { shelf.read(folders: profiles) }
        let gateway = section.required("gateway", "a section with the gateway's id").flatMap(readGateway)
        let store = section["store"].map(readStore) ?? StoreSettings()
        let socket = section["diagnostics"].map(readSocket) ?? "/run/gatewayd/gatewayd.sock"
        let buses = BusReader.read(section["buses"])
        let covers = CoverReader(buses: buses, shelf: shelf).read(section["covers"])
        let rules = section["alarms"].map(readRules) ?? pack
        let uplinks = section["uplinks"].map { UplinkReader(place: place).read($0) } ?? []
        guard let gateway else { return nil }
        return Configuration(
            gateway: gateway, store: store, socket: socket, buses: buses.settings, covers: covers, rules: rules, uplinks: uplinks,
            hash: hash)
    }

    /// `schema: 1`, in every kind of file.
    static func checkSchema(_ section: Section) {
        _ = section.required("schema", "1")?.integer(in: 1...1, "1, the schema this version reads")
    }

    private func readGateway(_ field: Field) -> GatewaySettings? {
        guard let section = field.section(["id", "language", "timezone"]) else { return nil }
        let id = section.required("id", "the gateway's id, like gw-500111-0007")?.id()
        let language: GatewaySettings.Language? = section["language"].map { $0.choice() } ?? .en
        let timezone = section["timezone"].map(readTimezone) ?? "UTC"
        guard let id, let language, let timezone else { return nil }
        return GatewaySettings(id: id, language: language, timezone: timezone)
    }

    private func readTimezone(_ field: Field) -> String? {
        let what = "a time zone like Asia/Shanghai"
        guard let text = field.text(what) else { return nil }
        let isName = text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            part.first?.isLetter == true && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_".contains($0)) }
        }
        return isName ? text : field.expected(what)
    }

    private func readStore(_ field: Field) -> StoreSettings {
        var store = StoreSettings()
        guard let section = field.section(["path", "max_size", "commit_interval"]) else { return store }
        if let path = section["path"]?.text("the folder of the store") { store.path = place.absolute(path) }
        if let size = section["max_size"]?.byteSize(atLeast: 1 << 20) { store.maxSize = size }
        if let interval = section["commit_interval"]?.duration(in: .milliseconds(10) ... .seconds(60)) {
            store.commitInterval = interval
        }
        return store
    }

    private func readSocket(_ field: Field) -> String {
        let section = field.section(["socket"], later: ["http"])
        guard let socket = section?["socket"], let path = socket.text("the path of the local socket") else {
            return "/run/gatewayd/gatewayd.sock"
        }
        let absolute = place.absolute(path)
        // sun_path of struct sockaddr_un has 108 bytes with its final zero (unix(7)).
        if absolute.utf8.count > 107 {
            socket.refuse("expected a path of at most 107 bytes, found \(absolute.utf8.count) in \(absolute)")
        }
        return absolute
    }

    private func readRules(_ field: Field) -> [AlarmRule] {
        guard let entries = field.section(["rules"])?["rules"]?.list() else { return pack }
        var rules = pack
        for (rule, _) in RuleReader.read(entries, requiresSource: false) {
            if let index = rules.firstIndex(where: { $0.id == rule.id }) {
                rules[index] = rule
            } else {
                rules.append(rule)
            }
        }
        return rules
    }
}
