// What a shell offers behind Tab where only the daemon knows: points, covers, alarms, buses. Silent and quick without it.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

/// Words for the shell to complete with; none when the daemon does not answer within 300 ms.
enum Suggestions {
    static let points = CompletionKind.custom { words, _, _ in
        ask(.sensors, words, as: SensorReport.self)?.sensors.map(\.point) ?? []
    }
    static let covers = CompletionKind.custom { words, _, _ in
        Set(ask(.sensors, words, as: SensorReport.self)?.sensors.map(\.cover) ?? []).sorted()
    }
    static let sensors = CompletionKind.custom { words, _, _ in
        Set((ask(.sensors, words, as: SensorReport.self)?.sensors ?? []).map { "\($0.cover)/\($0.sensor)" }).sorted()
    }
    static let alarms = CompletionKind.custom { words, _, _ in
        ask(.alarms, words, as: AlarmReport.self).map { ($0.alarms + $0.cases).map(\.alarm) } ?? []
    }
    static let buses = CompletionKind.custom { words, _, _ in ask(.buses, words, as: BusReport.self)?.buses.map(\.id) ?? [] }

    private static func ask<Report: Decodable & Sendable>(
        _ route: DiagnosticsRoute, _ words: [String], as type: Report.Type
    ) -> Report? {
        let client = DiagnosticsClient(path: CommandLineOrder.socket(in: words) ?? DiagnosticsClient.defaultSocket, hurry: 300)
        return try? client.get(route, as: type).report
    }
}
