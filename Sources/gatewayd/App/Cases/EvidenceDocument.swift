// What is known of one alarm, as it is handed to a third party: docs/evidence.md describes every member.
import DiagnosticsProtocol
import FoundationEssentials
import Platform

/// The document. It says nothing of when it was asked for: without news it is the same, byte for byte.
struct EvidenceDocument: Codable, Sendable, Equatable {
    /// Of this form.
    var schema = 1
    var gateway: String
    var store: String
    /// `field` or `simulated`.
    var origin: String
    var alarm: String
    /// Whether every moment is.
    var complete: Bool
    /// Nil for an alarm of the gateway itself.
    var cover: EvidenceCover?
    /// Every step of the alarm that is known, oldest first.
    var transitions: [AlarmHistoryRow]
    /// What was seen around each time it was raised or escalated.
    var moments: [EvidenceMoment]

    /// The most moments that are kept: the first, and the newest after it.
    static let mostMoments = 4

    /// Adds a moment, in its order.
    mutating func add(_ moment: EvidenceMoment) {
        moments.removeAll { $0.seq == moment.seq }
        moments.append(moment)
        moments.sort { $0.seq < $1.seq }
        if moments.count > Self.mostMoments { moments.remove(at: 1) }
        complete = moments.allSatisfy(\.complete)
    }

    /// Adds steps that it does not have; those it has were first.
    mutating func add(_ steps: [AlarmHistoryRow]) {
        let known = Set(transitions.map(\.seq))
        transitions += steps.filter { !known.contains($0.seq) }
        transitions.sort { $0.seq < $1.seq }
    }

    /// The document's bytes, with a line's end.
    var bytes: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { Array($0) + [0x0A] }
    }

    /// Reads a document; nil when it is none.
    init?(_ bytes: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
        self = read
    }

    /// - Parameters: as the properties; without steps and moments yet.
    init(gateway: String, store: String, origin: String, alarm: String, cover: EvidenceCover?) {
        self.gateway = gateway
        self.store = store
        self.origin = origin
        self.alarm = alarm
        self.cover = cover
        complete = false
        transitions = []
        moments = []
    }
}

/// The cover, as the ledger knows it.
struct EvidenceCover: Codable, Sendable, Equatable {
    var code: String
    var name: String?
    var kind: String?
    var risk: [String]
    var longitude: Double?, latitude: Double?
    var crs: String?
    var place: String?
    var road: String?
    var grid: String?
    var responsibilityGrid: String?
    var competent: String?, owner: String?, maintainer: String?

    private enum CodingKeys: String, CodingKey {
        case code, name, kind, risk, longitude, latitude, crs, place, road, grid, competent, owner, maintainer
        case responsibilityGrid = "responsibility_grid"
    }
}

/// The rule, as it was configured.
struct EvidenceRule: Codable, Sendable, Equatable {
    /// Its keys and values, like `when.above`: `20 %LEL`.
    var values: [String: String]
    /// The file it stands in.
    var file: String
    /// Where its numbers come from: standard and clause, or manual and page; nil for a site's own rule.
    var source: String?
}

/// What was seen around one moment.
struct EvidenceMoment: Codable, Sendable, Equatable {
    /// The step's number in the alarm lane.
    var seq: Int64
    /// When it was seen, RFC 3339, UTC.
    var time: String
    var clock: String
    /// raised or escalated.
    var cause: String
    /// Whether the time after it had passed.
    var complete: Bool
    var boot: String
    var version: String
    /// The hash of the configuration's file.
    var configuration: String
    var rule: EvidenceRule?
    /// The audit log's last record at that time.
    var audit: EvidenceHead?
    var points: [EvidencePoint]
    var buses: [EvidenceBus]
    /// How many readings there was no room for.
    var omitted: Int
}

/// A record of the audit log.
struct EvidenceHead: Codable, Sendable, Equatable {
    var seq: Int64
    var hash: String
}

/// Readings of a point before and after.
struct EvidencePoint: Codable, Sendable, Equatable {
    var point: String
    var quantity: String
    var unit: String
    /// The serial number of the device.
    var device: String?
    /// The digital line it is read from; nil for registers.
    var line: String?
    var readings: [EvidenceReading]
    /// Of a line: the readings at which its value changed.
    var edges: [EvidenceReading]?
}

/// One reading.
struct EvidenceReading: Codable, Sendable, Equatable {
    var time: String
    var clock: String
    var value: Double?
    var quality: String
    var reason: String?
}

/// Frames of a bus, as they went over the wire.
struct EvidenceBus: Codable, Sendable, Equatable {
    var bus: String
    var kind: String
    /// Numbers that are missing among them gave way before they could be kept.
    var frames: [BusFrameRow]
}
