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
        guard let section = root.section() else { return nil }
        Self.checkSchema(section)
        if let profiles = section["profiles"] { shelf.read(folders: profiles) }
        let identity = section["gateway"].flatMap(readGateway)
        let store = section["store"].map(readStore) ?? StoreSettings()
        let diagnostics = section["diagnostics"]?.section()
        let socket = diagnostics?["socket"].flatMap(readSocket)
        let http = diagnostics?["http"].flatMap(readHTTP)
        let buses = BusReader.read(section["buses"])
        let taken = TakenPlaces()
        let reader = CoverReader(buses: buses, shelf: shelf, taken: taken, divisions: identity?.divisions ?? [])
        let covers = reader.read(section["covers"])
        let own = section["alarms"].map(readRules) ?? []
        let codes = section["covers"]?.node.items?.compactMap { $0["code"]?.text } ?? []
        let outputs = section["outputs"].map { OutputReader(buses: buses, taken: taken, covers: codes).read($0) } ?? []
        let uplinks = section["uplinks"].map { UplinkReader(place: place).read($0) } ?? []
        guard let gateway = identity?.settings, let socket else { return nil }
        var configuration = Configuration(
            gateway: gateway, store: store, socket: socket, buses: buses.settings, covers: covers, rules: merged(own),
            uplinks: uplinks,
            hash: hash)
        configuration.outputs = outputs
        configuration.http = http
        configuration.profileFolders = shelf.siteFolders
        configuration.checkLoads(at: buses.fields)
        // Beside other errors sensors are missing that are only written wrongly.
        if root.findings.errors.isEmpty, shelf.errors.isEmpty { configuration.checkRules(own, pack: pack) }
        return configuration
    }

    /// `schema: 1`, in every kind of file.
    static func checkSchema(_ section: Section) { _ = section["schema"]?.integer() }

    private func readGateway(_ field: Field) -> (settings: GatewaySettings?, divisions: [String])? {
        guard let section = field.section() else { return nil }
        let id = section["id"]?.id()
        let language: GatewaySettings.Language? = section["language"]?.choice()
        let timezone = section["timezone"]?.text()
        let divisions = section["divisions"]?.list()?.compactMap { $0.text() } ?? []
        guard let id, let language, let timezone else { return (nil, divisions) }
        return (GatewaySettings(id: id, language: language, timezone: timezone), divisions)
    }

    private func readStore(_ field: Field) -> StoreSettings {
        var store = StoreSettings()
        guard let section = field.section() else { return store }
        if let path = section["path"]?.text() { store.path = place.absolute(path) }
        if let size = section["max_size"]?.byteSize() { store.maxSize = size }
        if let interval = section["commit_interval"]?.duration() { store.commitInterval = interval }
        return store
    }

    private func readHTTP(_ field: Field) -> HTTPAddress? {
        guard let text = field.text() else { return nil }
        return HTTPAddress(text) ?? field.expected("an IP address and a port")
    }

    private func readSocket(_ socket: Field) -> String? {
        guard let path = socket.text() else { return nil }
        let absolute = place.absolute(path)
        // sun_path of struct sockaddr_un has 108 bytes with its final zero (unix(7)).
        if absolute.utf8.count > 107 {
            socket.refuse("expected a path of at most 107 bytes, found \(absolute.utf8.count) in \(absolute)")
        }
        return absolute
    }

    private func readRules(_ field: Field) -> [(AlarmRule, Field)] {
        RuleReader.read(field.section()?["rules"]?.list() ?? [])
    }

    /// The pack's rules, each replaced by the site's of the same id, and the site's others behind them.
    private func merged(_ own: [(AlarmRule, Field)]) -> [AlarmRule] {
        var rules = pack
        for (rule, _) in own {
            if let index = rules.firstIndex(where: { $0.id == rule.id }) { rules[index] = rule } else { rules.append(rule) }
        }
        return rules
    }
}
