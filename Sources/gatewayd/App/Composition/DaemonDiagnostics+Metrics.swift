// The daemon's figures for a scraper: the reports that the technician sees, and what the parts have counted beside them.
import DiagnosticsProtocol
import Platform
import SensorModel

extension DaemonDiagnostics {
    func metrics() async -> String {
        let now = clock.now()
        var figures = MetricsFigures(
            version: GatewayApplication.version, started: Self.seconds(started.wall),
            uptime: (now.monotonic - started.monotonic).seconds, clock: now.clock)
        figures.clockSteps = clock.steps
        figures.status = try? await status()
        figures.sensors = try? await sensors(cover: nil)
        figures.alarms = try? await alarms()
        figures.buses = try? await buses(bus: nil)
        figures.outbox = try? await outbox()
        figures.uplinks = try? await self.uplinks()
        figures.readings = await readingCounts()
        figures.transitions = intake.steps
        figures.lostEdges = await lostEdges()
        for uplink in uplinks {
            figures.acknowledged[uplink.id] = uplink.status.lastAcknowledgement.map { Self.seconds($0.wall) }
        }
        figures.process = ProcessFigures.read()
        return Metrics.text(of: figures)
    }

    /// One entry for each sensor of the configuration, from the start on, so that its counters begin at 0.
    private func readingCounts() async -> [MetricsFigures.SensorCount] {
        let counts = intake.counts
        return start.configuration.covers.flatMap { cover in
            cover.sensors.map { sensor in
                let channels = sensor.channels.map { Point(cover: cover.code, sensor: sensor.id, channel: $0.name) }
                return MetricsFigures.SensorCount(
                    cover: cover.code, sensor: sensor.id,
                    counts: channels.reduce(ReadingCounts()) { $0 + (counts[$1] ?? ReadingCounts()) })
            }
        }
    }

    private func lostEdges() async -> [MetricsFigures.LostEdges] {
        var result: [MetricsFigures.LostEdges] = []
        for case .gpio(let watcher) in fieldBuses {
            for (sensor, _) in watcher.sensors {
                result.append(.init(bus: watcher.id, cover: sensor.cover, sensor: sensor.id, count: await sensor.lostEdges))
            }
        }
        return result
    }

    private static func seconds(_ time: WallTime) -> Double { Double(time.nanoseconds) / 1e9 }
}
