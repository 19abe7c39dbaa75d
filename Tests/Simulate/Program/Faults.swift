// What each kind of fault does to the world.
import Glibc
import MemoryDisk
import SensorModel
import Uplink

extension World {
    /// The fault is over some time, unless the story is before it: then it is healed with everything else, and nothing more
    /// happens, least of all a broken connection.
    private func lasts(_ seconds: ClosedRange<Int64>, _ over: @escaping () -> Void) {
        time.after(.seconds(Int64.random(in: seconds, using: &chance))) { [unowned self] in
            if !self.isOver { over() }
        }
    }

    private func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }

    /// Lets it happen now and then until the story is over.
    func plan(_ kind: FaultKind) {
        // A short story is a dense one.
        let mean = kind.mean.seconds * story.pace * min(1, Double(end) / Double(8 * 3600 * World.second))
        let wait = -mean * Double.random(in: Double.ulpOfOne..<1, using: &chance).logarithm
        time.after(.seconds(wait)) { [unowned self] in
            guard !self.isOver else { return }
            self.happen(kind)
            self.plan(kind)
        }
    }

    /// The platform's people have something to do, some time.
    func planDeskWork() {
        time.after(.seconds(Int64.random(in: 300...3600, using: &chance))) { [unowned self] in
            guard !self.isOver else { return }
            self.desk.work()
            self.planDeskWork()
        }
    }

    /// Somebody was told that something is done: sometimes the next write never ends.
    func cutAtTheWorstMoment() {
        guard story.kinds.contains(.powerCutInWrite), !isOver, Bool.random(using: &chance) else { return }
        log.write("fault", "the power fails in the next write")
        memory_disk_fail_power_after(1)
    }

    /// Does it now.
    func happen(_ kind: FaultKind) {
        log.write("fault", kind.rawValue)
        switch kind {
        case .linkBreaks, .linkDown, .halfOpen, .silentBroker, .refusedConnections, .takeOver, .longOutage, .preferredLinkDown,
            .badCertificates:
            happenToLink(kind)
        case .lostAcknowledgements, .doubledAcknowledgements, .noAcknowledgements, .strangeAcknowledgements, .refusals,
            .noSubscribers, .narrowBroker, .slowLink, .refusedSubscriptions, .forgottenSessions, .doubledCommands, .lostAlarms:
            happenToBroker(kind)
        case .deadUnit, .lateUnit, .corruptUnit, .exceptions, .slowUnit, .unplugged: happenToField(kind)
        case .powerCut: cutPower()
        case .powerCutInWrite: memory_disk_fail_power_after(UInt64(number(1...400)))
        case .kill: kill()
        case .restart: stop()
        case .diskFull, .writeErrors, .syncErrors, .readErrors, .flippedBit: happenToDisk(kind)
        case .clockSteps: stepClock(by: Int64(number(-7200...7200)) * Self.second + Int64(number(0...999)) * 1_000_000)
        case .clockUnsynced:
            trust(.holdover)
            lasts(60...7200) { [unowned self] in self.synchronise() }
        case .wrongTimeServer:
            mislead(by: [3600, 86_400, 2 * 365 * 86_400, Story.begin / Self.second].randomElement(using: &chance) ?? 3600)
            lasts(60...7200) { [unowned self] in self.synchronise() }
        }
    }

    func synchronise() {
        log.write("clock", "synchronised")
        clock.synchronise(drift: Double.random(in: -0.0001...0.0001, using: &chance))
    }

    func stepClock(by nanoseconds: Int64) {
        log.write("clock", "steps by \(nanoseconds / Self.second) s")
        clock.step(by: nanoseconds)
    }

    func trust(_ state: ClockState) { clock.trust = state }

    func mislead(by seconds: Int64) {
        log.write("clock", "is synchronised with a server that is \(seconds) s late")
        clock.mislead(to: Story.begin - seconds * Self.second)
        if let life { times.misled(life) }
    }

    /// Whether the daemon's clock is right and known to be: an hour or two after a clock that was ahead it is not.
    var isTimeKnown: Bool { clock.trust == .synced && life?.trusted.state == .synced && !times.isDeceived }

    private func happenToLink(_ kind: FaultKind) {
        switch kind {
        case .linkBreaks: broker.breakConnection()
        case .takeOver: broker.takeOver()
        case .linkDown, .longOutage:
            broker.manners.isAway = true
            broker.breakConnection()
            lasts(kind == .linkDown ? 10...5400 : 5400...36_000) { [unowned self] in self.broker.manners.isAway = false }
        case .preferredLinkDown:
            broker.losePreferred()
            lasts(10...5400) { [unowned self] in self.broker.manners.preferredIsAway = false }
        case .badCertificates:
            let kinds: [LinkFailure.Kind] = [.ownCertificate, .brokerCertificate, .certificateRefused, .tls]
            broker.manners.handshake = kinds.randomElement(using: &chance)
            broker.breakConnection()
            lasts(20...900) { [unowned self] in self.broker.manners.handshake = nil }
        case .halfOpen:
            broker.swallow()
            lasts(5...900) { [unowned self] in self.broker.manners.swallows = false }
        case .silentBroker:
            broker.manners.isSilent = true
            broker.breakConnection()
            lasts(20...900) { [unowned self] in self.broker.manners.isSilent = false }
        default:
            broker.manners.refusesConnections = true
            broker.breakConnection()
            lasts(20...900) { [unowned self] in self.broker.manners.refusesConnections = false }
        }
    }

    private func happenToBroker(_ kind: FaultKind) {
        switch kind {
        case .lostAcknowledgements: broker.manners.lost += number(1...5)
        case .doubledAcknowledgements: broker.manners.doubled += number(1...10)
        case .strangeAcknowledgements: broker.manners.strange += number(1...10)
        case .doubledCommands: broker.manners.doubledLetters += number(1...3)
        case .forgottenSessions: broker.forgetSession()
        case .lostAlarms:
            // A store that is in memory for a while may forget what it waits for.
            guard story.kinds.allSatisfy({ !$0.isOfDisk }) else { return }
            broker.manners.losesAlarms = number(1...2)
            lasts(30...1200) { [unowned self] in self.broker.manners.losesAlarms = 0 }
        case .noAcknowledgements:
            broker.manners.acknowledgesNothing = true
            lasts(5...900) { [unowned self] in self.broker.manners.acknowledgesNothing = false }
        case .refusedSubscriptions:
            broker.manners.refusesSubscriptions = true
            broker.breakConnection()
            lasts(60...1800) { [unowned self] in
                self.broker.manners.refusesSubscriptions = false
                self.broker.breakConnection()
            }
        case .refusals:
            broker.manners.refused = number(1...6)
            broker.manners.reason = [0x80, 0x83, 0x87, 0x90, 0x91, 0x95, 0x97, 0x99].randomElement(using: &chance) ?? 0x80
        case .noSubscribers:
            broker.manners.hasNoSubscribers = true
            lasts(30...1800) { [unowned self] in self.broker.manners.hasNoSubscribers = false }
        case .narrowBroker:
            broker.manners.limits = BrokerLimits(
                receiveMaximum: [1, 2, 3, 10].randomElement(using: &chance) ?? 1,
                maximumPacketSize: [nil, 16_384, 65_536].randomElement(using: &chance) ?? nil)
            broker.breakConnection()
            lasts(600...7200) { [unowned self] in
                self.broker.manners.limits = BrokerLimits()
                self.broker.breakConnection()
            }
        default:
            broker.manners.latency = number(500...4000)
            lasts(60...3600) { [unowned self] in self.broker.manners.latency = 40 }
        }
    }

    private func happenToField(_ kind: FaultKind) {
        if kind == .unplugged {
            field.isUnplugged = true
            return lasts(2...900) { [unowned self] in
                self.field.isUnplugged = false
                self.field.openings += 1
            }
        }
        guard let unit = field.units.keys.sorted().randomElement(using: &chance) else { return }
        field.faults[unit] =
            switch kind {
            case .deadUnit: .silent
            case .lateUnit: .late
            case .corruptUnit: .corrupt
            case .slowUnit: .slow
            default: .exception([1, 2, 4, 6, 11].randomElement(using: &chance) ?? 4)
            }
        lasts(5...3600) { [unowned self] in self.field.faults[unit] = nil }
    }

    private func happenToDisk(_ kind: FaultKind) {
        if kind == .flippedBit {
            let name = ["readings.db", "alarms.db", "readings.db-wal", "alarms.db-wal", "readings.db.mark", "audit.log"]
            let path = Street.folder + "/" + (name.randomElement(using: &chance) ?? "readings.db")
            isDamaged = true
            return log.write("disk", "a bit of \(path) flips at \(memory_disk_flip(path))")
        }
        let fault: memory_disk_fault =
            switch kind {
            case .diskFull: memory_disk_full
            case .writeErrors: memory_disk_write
            case .syncErrors: memory_disk_sync
            default: memory_disk_read
            }
        setDisk(fault, on: true)
        lasts(5...600) { [unowned self] in self.setDisk(fault, on: false) }
    }
}

extension Double {
    /// The natural one.
    var logarithm: Double { log(self) }
}
