// Where commands from the platform are carried out: each once, in the order they came, and each answered.
// Its id is committed before it has an effect, so that neither a repetition nor a restart carries it out a second time.
import DiagnosticsProtocol
import Outbox
import SensorModel
import Synchronization
import Uplink

/// Carries out what comes into the inbox.
final class CommandDesk: Sendable {
    /// Reading asks a bus and can take seconds: so many may be under way, and nobody waits for them.
    private static let mostReads = 8

    private let inbox: CommandInbox
    let source: any DiagnosticsSource
    let audit: AuditLog
    private let lane: OutboxLane
    let clock: any TimeSource
    private let safeMode: SafeMode?
    private let reads = Mutex(0)

    /// - Parameters:
    ///   - source: what the local interface asks: a command does what a technician can do there.
    ///   - lane: keeps the ids.
    ///   - clock: the kernel's; commands expire by it, in a simulation too.
    ///   - safeMode: while it is on, only what alarms need is carried out.
    init(
        inbox: CommandInbox, source: any DiagnosticsSource, audit: AuditLog, lane: OutboxLane, clock: any TimeSource,
        safeMode: SafeMode? = nil
    ) {
        self.inbox = inbox
        self.source = source
        self.audit = audit
        self.lane = lane
        self.clock = clock
        self.safeMode = safeMode
    }

    /// Works until cancelled. What waits then is lost without an answer, and its id is not used up.
    func run() async {
        defer { inbox.close() }
        await withDiscardingTaskGroup { group in
            var memory: CommandMemory?
            while !Task.isCancelled {
                guard let letter = await inbox.next(clock: clock) else { continue }
                let uplink = letter.uplink
                switch letter.content {
                case .failure(let refusal): await refuse(refusal, nil, uplink)
                case .success(let command):
                    tell(uplink, of: command)
                    do throws(CommandRefusal) { try await admit(command, &memory) } catch {
                        await refuse(error, command, uplink)
                        continue
                    }
                    guard case .read = command.order else {
                        await carryOut(command, uplink)
                        continue
                    }
                    reads.withLock { $0 += 1 }
                    group.addTask {
                        await self.carryOut(command, uplink)
                        self.reads.withLock { $0 -= 1 }
                    }
                }
            }
        }
    }

    /// A receipt says that the platform has the alarm's message, whatever becomes of the command.
    private func tell(_ uplink: UplinkService, of command: Command) {
        if case .receipt(let alarm) = command.order { uplink.confirmed(alarm) }
    }

    /// Whether the command may be carried out; when this returns its id is used up, also after a power cut.
    private func admit(_ command: Command, _ memory: inout CommandMemory?) async throws(CommandRefusal) {
        let now = clock.now()
        guard now.wall < command.expires else {
            let (end, here) = (command.expires.rfc3339, "\(now.wall.rfc3339) (\(now.clock.rawValue))")
            throw CommandRefusal(
                command.id, .expired, zh: "已于 \(end) 过期；网关时间为 \(here)", en: "it expired at \(end); here it is \(here)")
        }
        guard safeMode?.isOn(now.monotonic) != true || command.order.isForAlarms else {
            throw CommandRefusal(
                command.id, .unavailable, zh: "网关处于安全模式：在此期间只执行 ack 和 receipt",
                en: "the gateway is in safe mode: as long as that lasts only ack and receipt are carried out")
        }
        guard now.clock != .unsynced || command.order.isTimeless else {
            throw CommandRefusal(
                command.id, .clockUnsynced, zh: "网关时钟未同步：同步之前只执行 read 和 ack",
                en: "the gateway's clock is not synchronised: until it is, only read and ack are carried out")
        }
        if case .read = command.order, reads.withLock({ $0 }) >= Self.mostReads {
            throw CommandRefusal(
                command.id, .busy, zh: "已有 \(Self.mostReads) 个测点正在读取；请稍后重发",
                en: "\(Self.mostReads) points are being read already; send it again later")
        }
        var next: CommandMemory
        do throws(StoreError) {
            next = if let memory { memory } else { CommandMemory(try await lane.states(), laneBytes: lane.maxBytes) }
        } catch { throw unavailable(command, error) }
        guard !next.knows(command.id) else {
            throw CommandRefusal(
                command.id, .usedBefore, zh: "已收到过此 id 的命令；另一条命令须用另一个 id",
                en: "a command with this id has come before; another one needs another id")
        }
        guard let changes = next.remember(command.id, until: command.expires, now: now) else {
            throw CommandRefusal(
                command.id, .busy, zh: "等待过期的命令 id 太多；请缩短命令的有效期，并稍后重发",
                en: "too many ids of commands wait for their expiry; give commands a shorter one, and send this again later")
        }
        do throws(StoreError) { try await lane.append([], states: changes, now: now) } catch { throw unavailable(command, error) }
        memory = next
    }

    private func unavailable(_ command: Command, _ error: StoreError) -> CommandRefusal {
        CommandRefusal(
            command.id, .unavailable, zh: "未执行：存储无法记下此命令（\(error)）",
            en: "nothing was done: the store cannot note that the command came (\(error))")
    }

    private func carryOut(_ command: Command, _ uplink: UplinkService) async {
        do throws(CommandRefusal) {
            guard let result = try await perform(command, via: uplink.id) else { return }
            if case .receipt = command.order { inbox.count(uplink.id) { $0.receipts += 1 } }
            let isCommitted = command.order.changesAlarms ? await source.isCommitted() : true
            uplink.reply(CommandReply.done(command.id, result: result, isCommitted: isCommitted))
        } catch { await refuse(error, command, uplink) }
    }

    /// Says no, counts it, and has it put on record, where a flood is counted.
    private func refuse(_ refusal: CommandRefusal, _ command: Command?, _ uplink: UplinkService) async {
        inbox.count(uplink.id) { $0.refused += 1 }
        uplink.reply(CommandReply.refused(refusal, source.language))
        await audit.refused(
            AuditEntry(
                actor: actor(command, via: uplink.id), via: .platform, action: .commandRefused,
                subject: "\(refusal.id ?? "-"): \(refusal.word.rawValue): \(refusal.message[source.language])"))
    }

    /// Who it was, for records: the person as the platform names them, and the uplink that vouches for it.
    func actor(_ command: Command?, via uplink: String) -> String { command?.by.map { "\($0) via \(uplink)" } ?? uplink }
}
