// The daemon's answers about what is in the outbox: its figures, exports page by page, and a check from end to end.
import DiagnosticsProtocol
import NativeFormat
import Outbox
import SensorModel

extension DaemonDiagnostics {
    func outbox() async throws(DiagnosticsFailure) -> OutboxReport {
        var lanes: [OutboxReport.Lane] = []
        let lostTransitions = intake.lostTransitions
        for lane in [store.alarms, store.readings] {
            do throws(StoreError) {
                let figures = try await lane.currentStatistics()
                lanes.append(
                    OutboxReport.Lane(
                        lane: lane.lane.rawValue, firstSeq: figures.firstSeq == 0 ? nil : figures.firstSeq,
                        lastSeq: figures.lastSeq == 0 ? nil : figures.lastSeq,
                        waiting: Int(figures.uplinks.values.map(\.waiting).max() ?? 0), bytes: figures.usedBytes,
                        maxBytes: figures.maxBytes,
                        evicted: Int(figures.evicted), corrupt: Int(figures.corrupt), committed: Int(figures.committed),
                        dropped: Int(lane.lane == .readings ? readings.dropped : alarms.dropped + lostTransitions),
                        uplinks: figures.uplinks.sorted { $0.key < $1.key }.map {
                            .init(
                                id: $0.key, deliveredSeq: $0.value.delivered == 0 ? nil : $0.value.delivered,
                                waiting: Int($0.value.waiting))
                        }))
            } catch {
                throw DiagnosticsFailure(
                    .unavailable, zh: "存储无法查询：\(error)", en: "the store cannot be asked: \(error)")
            }
        }
        return OutboxReport(store: store.id, lanes: lanes)
    }

    func exportOutbox(_ request: OutboxExportRequest, actor: String) async throws(DiagnosticsFailure) -> OutboxExportPage {
        let export = try await request.export == nil ? begin(request, actor: actor) : continued(request, actor: actor)
        do throws(StoreError) {
            let page = try await store.lane(export.lane).page(after: request.after ?? 0, export.filter)
            return OutboxExportPage(
                export: export.number, audit: export.audit,
                lines: page.entries.map { line($0, lane: export.lane) }.joined(), corrupt: page.corrupt, next: page.next)
        } catch {
            throw DiagnosticsFailure(.unavailable, zh: "存储无法读取：\(error)", en: "the store cannot be read: \(error)")
        }
    }

    /// Puts it on record before anything is handed out.
    private func begin(
        _ request: OutboxExportRequest, actor: String
    ) async throws(DiagnosticsFailure) -> OutboxExports.Export {
        let lane = try Self.lane(request.lane)
        var filter = LaneFilter(cover: request.cover, from: try Self.moment(request.from), to: try Self.moment(request.to))
        do throws(StoreError) { filter.through = try await store.lane(lane).currentStatistics().lastSeq } catch {
            throw DiagnosticsFailure(.unavailable, zh: "存储无法读取：\(error)", en: "the store cannot be read: \(error)")
        }
        var detail = ["kind": "outbox", "lane": lane.rawValue, "through": "\(filter.through)"]
        (detail["cover"], detail["from"], detail["to"]) = (request.cover, filter.from, filter.to)
        let entry = AuditEntry(actor: actor, via: .local, action: .export, subject: store.id, detail: detail)
        guard let place = await audit.place(entry) else {
            throw DiagnosticsFailure(
                .unavailable, zh: "未导出任何内容：审计日志无法写入（errno \(audit.condition.problem)）",
                en: "nothing was handed out: the audit log cannot be written (errno \(audit.condition.problem))")
        }
        return exports.begin(actor: actor, lane: lane, filter: filter, audit: place.seq)
    }

    private func continued(
        _ request: OutboxExportRequest, actor: String
    ) throws(DiagnosticsFailure) -> OutboxExports.Export {
        guard let export = exports.find(request.export ?? 0, actor: actor) else {
            throw DiagnosticsFailure(
                .notFound, zh: "没有正在进行的此次导出：请不带 export 重新开始",
                en: "no such export is under way: begin it again, without `export`")
        }
        return export
    }

    func verifyOutbox(lane text: String, after: Int64) async throws(DiagnosticsFailure) -> OutboxVerification {
        let lane = try Self.lane(text)
        let check = await store.lane(lane).check(after: after)
        return OutboxVerification(
            lane: lane.rawValue, ok: check.fault == nil, records: check.records, gaps: check.gaps,
            fault: check.fault.map { .init(seq: $0.seq, kind: $0.kind.rawValue, message: Self.words($0)[language]) },
            next: check.next)
    }

    private static func words(_ fault: LaneCheck.Fault) -> Bilingual {
        let zh =
            switch fault.kind {
            case .checksum: "该记录不是当初写入的内容：校验和错误"
            case .missing: "此编号既没有记录，也没有代替它的缺口"
            case .unreadable: "从此处起文件无法读取（\(fault.message)）"
            case .cursor: "某一上行的送达位置不是当初写入的内容（\(fault.message)）"
            case .state: "一项保存的状态不是当初写入的内容（\(fault.message)）"
            }
        return Bilingual(zh: zh, en: fault.message)
    }

    private static func lane(_ text: String) throws(DiagnosticsFailure) -> Lane {
        guard let lane = Lane(rawValue: text) else {
            throw DiagnosticsFailure(
                .invalid, zh: "队列为 readings 或 alarms，实为 \(text)", en: "a lane is readings or alarms, found \(text)")
        }
        return lane
    }

    /// A time as the filter compares it.
    private static func moment(_ text: String?) throws(DiagnosticsFailure) -> String? {
        guard let text else { return nil }
        let cut = text.hasSuffix("Z") ? String(text.dropLast()) : text
        // The form, sign by sign; a part behind any of these lengths is cut off.
        let form = Array("0000-00-00T00:00:00.000000000".utf8)
        let isRight = [4, 7, 10, 13, 16, 19].contains(cut.utf8.count) || (21...form.count).contains(cut.utf8.count)
        let fits = zip(cut.utf8, form).allSatisfy { sign, wanted in
            wanted == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(sign) : sign == wanted
        }
        guard isRight, fits else {
            throw DiagnosticsFailure(
                .invalid, zh: "时间按 UTC 书写，如 2026-11-21 或 2026-11-21T04:00:00Z，实为 \(text)",
                en: "a time is written in UTC like 2026-11-21 or 2026-11-21T04:00:00Z, found \(text)")
        }
        return cut
    }

    private func line(_ entry: LanePage.Entry, lane: Lane) -> String {
        var json = JSONBytes(capacity: 400)
        json.raw("{\"store\":")
        json.string(store.id)
        json.raw(",\"lane\":")
        json.string(lane.rawValue)
        switch entry.element {
        case .record(let seq, let body):
            json.optionalMember("boot", entry.boot)
            json.raw(",\"seq\":")
            json.integer(seq)
            json.raw(",")
            json.raw(body)
        case .gap(let gap):
            json.raw(",")
            NativeFormat.write(gap, into: &json)
        }
        json.raw("}\n")
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
