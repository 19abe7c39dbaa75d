// What is known of a cover at its commissioning: who it is, what sits there, and the words beside the values.
import DeviceHAL
import DiagnosticsProtocol
import GatewayConfig
import Platform
import SensorModel

extension DaemonDiagnostics {
    func commissioned(cover code: String) async throws(DiagnosticsFailure) -> CommissionReport {
        guard let cover = start.configuration.covers.first(where: { $0.code == code }) else {
            throw DiagnosticsFailure.noCover(code)
        }
        let content = await commission.content
        var sensors: [CommissionSensor] = []
        for sensor in cover.sensors { sensors.append(await commissioned(sensor, of: cover, content)) }
        return CommissionReport(
            cover: CommissionCover(cover), sensors: sensors, missing: CommissionGaps.missing(sensors, language))
    }

    private func commissioned(
        _ sensor: SensorSettings, of cover: CoverSettings, _ content: CommissionContent
    ) async -> CommissionSensor {
        let place = SensorPlace(cover: cover.code, sensor: sensor.id)
        let bus = fieldBuses.first { $0.id == sensor.bus }
        var made = CommissionSensor(
            sensor: sensor.id, bus: sensor.bus, unitAddress: sensor.unit.map(Int.init), serial: sensor.serial,
            installed: sensor.installed, mounted: sensor.mounted, identity: "none", problem: await bus?.problem(of: place),
            channels: channels(of: sensor, of: cover), zeros: zeros(of: sensor, at: place, content),
            tests: content.tests(of: place).map { FunctionTestRow($0, serial: sensor.serial, language) })
        switch bus {
        case .modbus(let poller):
            made.profile = sensor.profile?.name
            made.verified = sensor.profile?.verified
            made.profileHash = sensor.profile.flatMap { hash(of: $0.name) }
            guard let polled = poller.sensor(at: place) else { break }
            if !polled.profile.requirements.isEmpty { made.identity = polled.edge.identityVerified ? "proved" : "not-proved" }
            for index in made.channels.indices { made.channels[index].registers = polled.registers(ofChannel: index) }
        case .gpio(let watcher):
            if case .line(let line) = sensor.device { made.line = line.line.line.text }
            made.level = await watcher.sensor(at: place)?.active
        case nil: break
        }
        return made
    }

    private func channels(of sensor: SensorSettings, of cover: CoverSettings) -> [CommissionChannel] {
        sensor.channels.map { channel in
            let last = intake.last(Point(cover: cover.code, sensor: sensor.id, channel: channel.name))
            return CommissionChannel(
                channel: channel.name, quantity: channel.quantity.rawValue, unit: channel.quantity.unit.rawValue,
                value: last?.measurement.value, quality: last?.measurement.quality ?? "bad",
                reason: last == nil ? "not-read-yet" : last?.measurement.reason, time: last?.time.wall.rfc3339, registers: [])
        }
    }

    private func zeros(of sensor: SensorSettings, at place: SensorPlace, _ content: CommissionContent) -> [TiltZeroRow] {
        content.zeros(of: place).map { zero in
            TiltZeroRow(
                zero,
                problem: TiltZeroUse.objection(to: zero, serial: sensor.serial, profile: sensor.profile?.name ?? "a line")?[
                    language])
        }
    }

    /// Of the model's file as it was read at the start.
    private func hash(of profile: String) -> String? {
        start.loaded.files.first { $0.kind == .profile(profile) }.map { "sha256:" + SHA256.hexadecimal(of: $0.bytes) }
    }
}

extension CommissionCover {
    fileprivate init(_ cover: CoverSettings) {
        self.init(
            code: cover.code, scheme: cover.scheme, name: cover.name, kind: cover.kind, risk: cover.risk,
            place: cover.location?.text, longitude: cover.location?.longitude, latitude: cover.location?.latitude,
            crs: cover.location?.crs, road: cover.road, grid: cover.grid, responsibilityGrid: cover.responsibilityGrid,
            competent: cover.competent, owner: cover.owner, maintainer: cover.maintainer)
    }
}

extension FunctionTestRow {
    /// - Parameters:
    ///   - serial: of the device that sits there now.
    ///   - language: of the problem.
    init(_ record: FunctionTestRecord, serial: String?, _ language: EntryLanguage) {
        let other = record.serial.map { Bilingual(zh: "设备 \($0)", en: "the device \($0)") }
        let device = other ?? Bilingual(zh: "另一台设备", en: "another device")
        let words = Bilingual(zh: "是对\(device.zh)做的", en: "done with \(device.en)")
        let problem = record.serial == serial ? nil : words[language]
        self.init(
            channel: record.channel, expect: record.expect, passed: record.passed, before: record.before,
            furthest: record.furthest, unit: record.unit, serial: record.serial, by: record.by, time: record.time,
            clock: record.clock, problem: problem)
    }
}

extension LineSelector {
    fileprivate var text: String {
        switch self {
        case .name(let name): name
        case .offset(let offset): "\(offset)"
        }
    }
}

extension ModbusSensor {
    /// The registers that a channel is made of, neighbours together, as the last poll has brought them.
    fileprivate func registers(ofChannel index: Int) -> [CommissionRegisters] {
        guard edge.plan.channels.indices.contains(index) else { return [] }
        var rows: [CommissionRegisters] = []
        for slot in edge.plan.channels[index].flatMap(\.slots) {
            let block = edge.plan.blocks[slot.block]
            let words = edge.lastWords.indices.contains(slot.block) ? slot.words(in: edge.lastWords[slot.block]) ?? [] : []
            let row = CommissionRegisters(
                table: block.table.rawValue, address: Int(block.address) + slot.offset, words: words.map(Int.init))
            if let last = rows.last, last.table == row.table, last.address + last.words.count == row.address, !words.isEmpty {
                rows[rows.count - 1].words += row.words
            } else {
                rows.append(row)
            }
        }
        return rows
    }
}
