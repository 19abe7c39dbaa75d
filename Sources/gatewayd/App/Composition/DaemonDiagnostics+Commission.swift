// Commissioning: where tilts are measured from, and which device sat where.
import DeviceHAL
import DiagnosticsProtocol
import GatewayConfig
import Glibc
import SensorModel

extension DaemonDiagnostics {
    /// The time between two polls of a tilt zero: five of them see a person shift their weight.
    private static let pause = Duration.milliseconds(700)

    func bindings(cover: String?) async throws(DiagnosticsFailure) -> BindingReport {
        let all = await commission.content.bindings
        if let cover, !start.configuration.covers.contains(where: { $0.code == cover }),
            !all.contains(where: { $0.cover == cover })
        {
            throw DiagnosticsFailure(
                .notFound, zh: "现在和以往的配置中都没有井盖 \(cover)",
                en: "no cover \(cover) in the configuration or in its past")
        }
        let rows = all.reversed().filter { cover == nil || $0.cover == cover }.map { binding in
            BindingReport.Row(
                sensor: "\(binding.cover)/\(binding.sensor)", coverName: name(of: binding.cover), serial: binding.serial,
                profile: binding.profile, from: binding.from, fromClock: binding.fromClock, to: binding.to,
                toClock: binding.toClock)
        }
        // Sorting does not keep the order of equals: the number does.
        return BindingReport(
            bindings: rows.enumerated().sorted { ($0.element.sensor, $0.offset) < ($1.element.sensor, $1.offset) }.map(\.element))
    }

    func setZero(_ request: CommissionZeroRequest, actor: String) async throws(DiagnosticsFailure) -> CommissionZeroReport {
        let (cover, sensor) = try sensor(at: request.sensor)
        let place = SensorPlace(cover: cover.code, sensor: sensor.id)
        let called = cover.title(place.description)[language]
        guard let profile = sensor.profile, !profile.tiltChannels.isEmpty else {
            throw DiagnosticsFailure(
                .invalid, zh: "\(called) 不测倾角：只有倾角需要设零位",
                en: "\(called) tells no tilt: only a tilt has a zero to be set")
        }
        let poller = try poller(of: sensor.bus)
        var samples: [String: [TiltReference]] = [:]
        var before: [String: Double] = [:]
        for number in 0..<TiltReference.polls {
            if number > 0 { try? await fieldClock.sleep(until: fieldClock.now().monotonic + Self.pause) }
            _ = await poller.read(place)
            for (channel, tilt, stand) in try stands(of: place, profile, on: poller, called) {
                samples[channel, default: []].append(stand)
                before[channel] = tilt
            }
        }
        var zeros: [TiltZero] = []
        let now = clock.now()
        for channel in profile.tiltChannels {
            let (reference, scatter) = try settled(samples[channel] ?? [], called)
            zeros.append(
                TiltZero(
                    place: place, channel: channel, profile: profile.name, serial: sensor.serial, reference: reference,
                    scatter: scatter, at: now, by: actor))
        }
        try await putOnRecord(actor, .commissionZero, "\(place): \(zeros.map(\.words).joined(separator: ", "))")
        let references: [String: TiltReference]
        do throws(CommissionBook.WriteFailure) { references = try await commission.setZeros(zeros, of: place) } catch {
            let cause = String(cString: strerror(error.code))
            throw DiagnosticsFailure(
                .unavailable, zh: "未设零位：commissioning.json 无法写入：\(cause)",
                en: "nothing was set: commissioning.json cannot be written: \(cause)")
        }
        poller.setTiltReferences(references, of: place)
        _ = await poller.read(place)
        let after = tilts(of: place, on: poller)
        return CommissionZeroReport(
            sensor: place.description, coverName: cover.name,
            changes: zeros.map { .init(zero: TiltZeroRow($0), before: before[$0.channel] ?? 0, after: after[$0.channel]) },
            notice: CommissionWords.zeroSet(at: called)[language])
    }

    /// The sensor at a place that somebody wrote down.
    func sensor(at text: String) throws(DiagnosticsFailure) -> (cover: CoverSettings, sensor: SensorSettings) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw DiagnosticsFailure(
                .invalid, zh: "\(text) 不是传感器的位置；应写成 井盖/传感器，与 gatewayctl sensors 显示的一致",
                en: "\(text) is no place of a sensor; write COVER/SENSOR as `gatewayctl sensors` shows it")
        }
        guard let cover = start.configuration.covers.first(where: { $0.code == parts[0] }),
            let sensor = cover.sensors.first(where: { $0.id == parts[1] })
        else {
            throw DiagnosticsFailure(
                .notFound, zh: "配置中没有传感器 \(text)；gatewayctl sensors 列出所有传感器",
                en: "no sensor \(text) in the configuration; `gatewayctl sensors` lists them")
        }
        return (cover, sensor)
    }

    private func settled(_ samples: [TiltReference], _ called: String) throws(DiagnosticsFailure) -> (TiltReference, Double) {
        do throws(TiltReference.Unrest) { return try TiltReference.settled(samples) } catch {
            switch error {
            case .scattered(let degrees):
                let shown = "\((degrees * 10).rounded() / 10)"
                throw DiagnosticsFailure(.conflict, CommissionWords.unrest(at: called, degrees: shown))
            case .tooFew:
                throw DiagnosticsFailure(.conflict, CommissionWords.noGoodReading(at: called, reason: "–"))
            }
        }
    }

    /// How the sensor stood in its last poll, and the tilt it told.
    private func stands(
        of place: SensorPlace, _ profile: DeviceProfile, on poller: BusPoller, _ called: String
    ) throws(DiagnosticsFailure) -> [(channel: String, tilt: Double, stand: TiltReference)] {
        guard let sensor = poller.sensor(at: place) else { return [] }
        var found: [(channel: String, tilt: Double, stand: TiltReference)] = []
        for channel in profile.tiltChannels {
            let last = sensor.lastReadings.first { $0.point.channel == channel }?.measurement
            guard case .good(let tilt) = last, let stand = sensor.edge.stands[channel] else {
                let reason = last?.reason ?? "–"
                throw DiagnosticsFailure(.conflict, CommissionWords.noGoodReading(at: called, reason: reason))
            }
            found.append((channel, tilt, stand))
        }
        return found
    }

    private func tilts(of place: SensorPlace, on poller: BusPoller) -> [String: Double] {
        var tilts: [String: Double] = [:]
        for reading in poller.sensor(at: place)?.lastReadings ?? [] where reading.quantity == .tilt {
            tilts[reading.point.channel] = reading.measurement.value
        }
        return tilts
    }
}

extension TiltZero {
    /// For the audit log.
    fileprivate var words: String {
        let stood = axes.map { $0.map { "\($0)" }.joined(separator: " ") } ?? "\(angle ?? 0) deg"
        return "\(channel) \(stood), device \(serial ?? "without serial")"
    }
}

extension TiltZeroRow {
    init(_ zero: TiltZero, problem: String? = nil) {
        self.init(
            channel: zero.channel, axes: zero.axes, angle: zero.angle, scatter: zero.scatter, serial: zero.serial,
            time: zero.time, clock: zero.clock, by: zero.by, problem: problem)
    }
}
