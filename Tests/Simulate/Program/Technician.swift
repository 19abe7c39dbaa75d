// Somebody at the local interface, who asks one thing after the other and must have an answer, whatever is going on.
import Gateway
import SensorModel
import ServiceLifecycle
import TestSupport

/// Asks as long as the daemon lives.
///
/// `@unchecked Sendable`: the daemon runs it; all of it runs on the one thread of `VirtualTime`, which checks that at each moment
/// and each line of the log.
final class Technician: Service, @unchecked Sendable {
    /// What is only looked at: each has an answer at any time.
    private static let looks = [
        "/v1/status", "/v1/sensors", "/v1/alarms", "/v1/buses", "/v1/outbox", "/v1/uplinks", "/v1/audit?last=20", "/v1/doctor",
        "/v1/entry-advice?cover=C-0001", "/v1/maintenance", "/v1/calibration/due", "/v1/buses/trace?bus=line&after=0",
        "/v1/config", "/metrics",
    ]
    /// What a technician would take for a daemon that hangs.
    private static let patience = Duration.seconds(30)

    private let asking: Surroundings.Asking
    private let clock: BootClock
    private let log: EventLog
    private let crews: CrewBook
    private let complain: (String) -> Void
    private let isDiskSound: () -> Bool
    private var chance: SeededGenerator
    private var asked = 0
    private var answered = 0

    /// - Parameters:
    ///   - crews: what people were told.
    ///   - complain: told what is wrong.
    ///   - isDiskSound: nothing was ever done to the disk that may be seen in the store.
    init(
        _ asking: @escaping Surroundings.Asking, _ clock: BootClock, _ log: EventLog, seed: UInt64, crews: CrewBook,
        complain: @escaping (String) -> Void, isDiskSound: @escaping () -> Bool
    ) {
        self.crews = crews
        (self.asking, self.clock, self.log, self.complain, self.isDiskSound) = (asking, clock, log, complain, isDiskSound)
        chance = SeededGenerator(seed: seed)
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            // Somebody looks after each start.
            try await clock.sleep(until: clock.now().monotonic + .seconds(Int64.random(in: 2...60, using: &chance)))
            await lookForCrews()
            while !Task.isCancelled {
                let pause = Duration.seconds(Int64.random(in: 5...600, using: &chance))
                try await clock.sleep(until: clock.now().monotonic + pause)
                await askSomething()
            }
        }
    }

    private func askSomething() async {
        switch Int.random(in: 0..<10, using: &chance) {
        case 0:
            let (status, _) = await ask("POST", "/v1/read", #"{"point":"C-0001/lel/gas"}"#)
            expect(status, among: [200], "/v1/read")
        case 1:
            let lane = Bool.random(using: &chance) ? "readings" : "alarms"
            let (status, body) = await ask("GET", "/v1/outbox/verify?lane=\(lane)")
            expect(status, among: isDiskSound() ? [200] : [200, 409, 500, 503], "/v1/outbox/verify")
            if status == 200, isDiskSound(), JSONObject(bytes: body[...]).member("ok")?.elementsEqual("true".utf8) != true {
                complain("outbox verify of \(lane) says: \(String(decoding: body.prefix(300), as: UTF8.self))")
            }
        case 2:
            let (status, _) = await ask("POST", "/v1/alarms/ack", #"{"alarm":"none-of-ours"}"#)
            expect(status, among: [404], "/v1/alarms/ack")
        case 3: await sendCrew()
        case 4: await lookForCrews()
        default:
            let look = Self.looks.randomElement(using: &chance) ?? "/v1/status"
            let (status, body) = await ask("GET", look)
            expect(status, among: isDiskSound() ? [200] : [200, 503], look)
            if body.isEmpty { complain("\(look) is empty") }
            if look == "/metrics", isDiskSound() { judgeLosses(String(decoding: body, as: UTF8.self)) }
        }
    }

    private func lookForCrews() async {
        let (status, body) = await ask("GET", "/v1/maintenance")
        expect(status, among: [200], "/v1/maintenance")
        crews.judge(found: (JSONObject(bytes: body[...]).objects("maintenance") ?? []).compactMap { $0.text("cover") })
    }

    /// Has a crew begin or end its work at the cover that the platform leaves alone.
    private func sendCrew() async {
        let cover = "C-0002"
        let number = crews.ordered(at: cover)
        if Bool.random(using: &chance) {
            let seconds = Int64.random(in: 600...14_400, using: &chance)
            let begun = clock.time.now
            let order = #""cover":"\#(cover)","order":"t-\#(asked)","crew":"Wu","reason":"test","seconds":\#(seconds)"#
            let (status, _) = await ask("POST", "/v1/maintenance/start", "{\(order)}")
            expect(status, among: isDiskSound() ? [200] : [200, 503], "/v1/maintenance/start")
            if status == 200 { crews.done(at: cover, order: number, until: begun + seconds * World.second) }
        } else {
            let (status, _) = await ask("POST", "/v1/maintenance/stop", #"{"cover":"\#(cover)"}"#)
            expect(status, among: isDiskSound() ? [200, 409] : [200, 409, 503], "/v1/maintenance/stop")
            if status == 200 { crews.done(at: cover, order: number, until: 0) }
        }
    }

    /// No queue has given anything up: that may happen only while the medium hangs.
    private func judgeLosses(_ metrics: String) {
        for line in metrics.split(separator: "\n") where line.hasPrefix("gatewayd_outbox_dropped_records_total") {
            if !line.hasSuffix(" 0") { complain("a queue has lost something on a sound disk: \(line)") }
        }
    }

    private func ask(_ method: String, _ target: String, _ body: String = "") async -> (status: Int, body: [UInt8]) {
        asked += 1
        let number = asked
        clock.time.after(Self.patience) { [weak self] in
            guard let self else { return }
            if answered < number, !isGone { complain("\(method) \(target) had no answer within \(Self.patience)") }
        }
        let answer = await asking(method, target, Array(body.utf8))
        answered = number
        log.write("technician", "\(method) \(target): \(answer.status)")
        return answer
    }

    /// The daemon that was asked has ended: nobody waits any more.
    var isGone = false

    private func expect(_ status: Int, among expected: [Int], _ what: String) {
        if !expected.contains(status) { complain("\(what) is answered with \(status)") }
    }
}
