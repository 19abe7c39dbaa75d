// Section `uplinks`: where readings and alarms go.

/// Reads the uplinks.
struct UplinkReader {
    let place: Place

    /// Reads section `uplinks`.
    func read(_ field: Field) -> [UplinkSettings] {
        (field.namedByID() ?? []).compactMap { read($0.name, $0.value) }
    }

    private func read(_ id: String, _ field: Field) -> UplinkSettings? {
        let keys = [
            "kind", "format", "links", "host", "port", "tls", "username", "password_file", "batch", "no_subscriber",
        ]
        // An uplink of a kind that is refused has keys of its own: one message is enough.
        if let kind = field.peek("kind"), kind.node.text == "http" {
            _ = kind.choice(of: ["mqtt"], later: ["http"])
            return nil
        }
        guard let section = field.section(keys, later: ["compression", "keep"]) else { return nil }
        let kind = section.required("kind", "mqtt")?.choice(of: ["mqtt"])
        let format = section["format"].map { $0.choice(of: ["native"], later: ["thingsboard"]) } ?? "native"
        let tls = section["tls"].map(readTLS)
        let links = readLinks(section, defaultPort: tls == nil ? 1883 : 8883)
        let username = section["username"]?.text("a user name")
        let passwordFile = section["password_file"].flatMap { readFile($0, "the path of a file with the password") }
        let noSubscriber: UplinkSettings.NoSubscriber? = section["no_subscriber"].map { $0.choice() } ?? .hold
        let batch = readBatch(section["batch"])
        guard kind != nil, format != nil, let links, let noSubscriber else { return nil }
        var uplink = UplinkSettings(
            id: id, links: links, tls: tls ?? nil, batchReadings: batch.readings, batchInterval: batch.interval,
            noSubscriber: noSubscriber)
        uplink.username = username
        uplink.passwordFile = passwordFile
        return uplink
    }

    private func readLinks(_ section: Section, defaultPort: Int) -> [UplinkSettings.Link]? {
        guard let field = section["links"] else {
            if section["host"] == nil {
                section.field.refuse("expected 'links', or 'host' and 'port' of a single link, found neither")
                return nil
            }
            return readLink(section, defaultPort).map { [$0] }
        }
        for key in ["host", "port"] where section[key] != nil {
            section[key]?.refuse("'\(key)' does not go with 'links', write it as an entry of links")
        }
        if case .mapping = field.node.content {
            return field.section(["host", "port"], later: ["metered"]).flatMap { readLink($0, defaultPort) }.map { [$0] }
        }
        guard let entries = field.list() else { return nil }
        guard !entries.isEmpty else {
            field.refuse("expected at least one link, found an empty list")
            return nil
        }
        let links = entries.map { $0.section(["host", "port"], later: ["metered"]).flatMap { readLink($0, defaultPort) } }
        let good = links.compactMap { $0 }
        return good.count == links.count ? good : nil
    }

    private func readLink(_ section: Section, _ defaultPort: Int) -> UplinkSettings.Link? {
        let host = section.required("host", "the broker's host name or address")?.host()
        let port = section["port"].map { $0.integer(in: 1...65_535) } ?? defaultPort
        guard let host, let port else { return nil }
        return UplinkSettings.Link(host: host, port: port)
    }

    private func readTLS(_ field: Field) -> UplinkSettings.TLS? {
        guard let section = field.section(["ca", "certificate", "key"]) else { return nil }
        let ca = section.required("ca", "a PEM file with the authorities that sign the broker's certificate")
            .flatMap { readFile($0, "the path of a PEM file") }
        let certificate = section["certificate"].flatMap { readFile($0, "the path of a PEM file") }
        let key = section["key"].flatMap { readFile($0, "the path of a PEM file") }
        if section["certificate"] != nil, section["key"] == nil { _ = section.required("key", "the key of the certificate") }
        if section["key"] != nil, section["certificate"] == nil {
            _ = section.required("certificate", "the certificate of the key")
        }
        return ca.map { UplinkSettings.TLS(ca: $0, certificate: certificate, key: key) }
    }

    private func readFile(_ field: Field, _ what: String) -> String? {
        guard let text = field.text(what) else { return nil }
        let path = place.absolute(text)
        if place.checksFiles, let problem = FileSystem.problem(reading: path) {
            field.refuse("\(path) cannot be read: \(problem)")
            return nil
        }
        return path
    }

    private func readBatch(_ field: Field?) -> (readings: Int, interval: Duration) {
        let section = field?.section(["max_readings", "max_interval"])
        return (
            section?["max_readings"]?.integer(in: 1...10_000) ?? 500,
            section?["max_interval"]?.duration(in: .zero ... .seconds(3600)) ?? .seconds(10)
        )
    }
}
