// Section `uplinks`: where readings and alarms go.

/// Reads the uplinks.
struct UplinkReader {
    let place: Place

    /// Reads section `uplinks`.
    func read(_ field: Field) -> [UplinkSettings] { (field.named() ?? []).compactMap { read($0.name, $0.value) } }

    private func read(_ id: String, _ field: Field) -> UplinkSettings? {
        // An uplink of a kind that is refused has keys of its own: one message is enough.
        if let kind = field.node["kind"], kind.text == "http", let shape = Shapes.uplink.key("kind")?.shape {
            _ = Field(node: kind, path: field.path(of: "kind"), findings: field.findings, shape: shape).choice()
            return nil
        }
        guard let section = field.section() else { return nil }
        let kind = section["kind"]?.choice()
        let format = section["format"]?.choice()
        let tls = section["tls"].flatMap(readTLS)
        let links = readLinks(section, defaultPort: section["tls"] == nil ? 1883 : 8883)
        let username = section["username"]?.text()
        let passwordFile = section["password_file"].flatMap(readFile)
        let noSubscriber: UplinkSettings.NoSubscriber? = section["no_subscriber"]?.choice()
        let batch = section["batch"]?.section()
        let readings = batch?["max_readings"]?.integer()
        let interval = batch?["max_interval"]?.duration()
        guard kind != nil, format != nil, let links, let noSubscriber, let readings, let interval else { return nil }
        var uplink = UplinkSettings(
            id: id, links: links, tls: tls, batchReadings: readings, batchInterval: interval, noSubscriber: noSubscriber)
        uplink.username = username
        uplink.passwordFile = passwordFile
        return uplink
    }

    private func readLinks(_ section: Section, defaultPort: Int) -> [UplinkSettings.Link]? {
        guard let field = section["links"], case .either(let shapes) = field.shape else {
            return readLink(section, defaultPort).map { [$0] }
        }
        if case .mapping = field.node.content {
            return field.with(shapes[1]).section().flatMap { readLink($0, defaultPort) }.map { [$0] }
        }
        guard let entries = field.with(shapes[0]).list() else { return nil }
        let links = entries.compactMap { $0.section().flatMap { readLink($0, defaultPort) } }
        return links.count == entries.count ? links : nil
    }

    private func readLink(_ section: Section, _ defaultPort: Int) -> UplinkSettings.Link? {
        let host = section["host"]?.text()
        let port = section["port"].map { $0.integer() } ?? defaultPort
        let isMetered = section["metered"].map { $0.bool() } ?? false
        guard let host, let port, let isMetered else { return nil }
        return UplinkSettings.Link(host: host, port: port, isMetered: isMetered)
    }

    private func readTLS(_ field: Field) -> UplinkSettings.TLS? {
        guard let section = field.section() else { return nil }
        let ca = section["ca"].flatMap(readFile)
        let certificate = section["certificate"].flatMap(readFile)
        let key = section["key"].flatMap(readFile)
        return ca.map { UplinkSettings.TLS(ca: $0, certificate: certificate, key: key) }
    }

    private func readFile(_ field: Field) -> String? {
        guard let text = field.text() else { return nil }
        let path = place.absolute(text)
        if place.checksFiles, let problem = FileSystem.problem(reading: path) {
            field.refuse("\(path) cannot be read: \(problem)")
            return nil
        }
        return path
    }
}
