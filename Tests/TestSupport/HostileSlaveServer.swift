// The hostile slave's thread: reads requests, makes replies right or wrong, sends them when they are due.
import Glibc

struct HostileSlaveServer {
    private struct Due {
        let at: Int64
        /// The connection the bytes are for; on a line, also behind a tunnel, they are for whoever is there.
        let descriptor: Int32
        let bytes: [UInt8]
        /// Which frame the bytes belong to, and whether they end it.
        let frame: Int
        let isLast: Bool
        /// Which request they answer rightly, by its place in the log.
        var answers: Int?
        /// When it is too late to send it.
        var until = Int64.max
    }

    /// An item that was written.
    private struct Place: Hashable {
        let unit: UInt8
        let isBit: Bool
        let address: UInt16
    }

    private var ends: HostileSlaveEnds
    private let orders: HostileSlaveOrders
    private var received: [Int32: [UInt8]] = [:]
    private var queue: [Due] = []
    /// When the last reply of each unit goes out: a unit answers in order.
    private var lastDue: [UInt8: Int64] = [:]
    /// Serial: when the last reply ended, until the next request begins.
    private var replyEndedAt: Int64?
    /// When it last looked for requests: what it finds next came after that.
    private var lookedAt = now()
    private var frames = 0
    /// The frame a TCP connection is in the middle of: unlike units on a line, a server does not talk across itself.
    private var midFrame: [Int32: Int] = [:]
    private var shifted: [UInt8: [[UInt8]]] = [:]
    private var written: [Place: UInt16] = [:]

    init(ends: HostileSlaveEnds, orders: HostileSlaveOrders) {
        self.ends = ends
        self.orders = orders
        if ends.wire == .serial { received[ends.main] = [] }
    }

    mutating func run() {
        while step() {}
        for descriptor in Set([ends.stop, ends.main, ends.keeper] + received.keys) where descriptor >= 0 { close(descriptor) }
    }

    /// The adapter is pulled out: the line's far end is gone, and what was under way with it.
    private mutating func unplug() {
        guard ends.wire == .serial, ends.main >= 0 else { return received.keys.forEach { hangUp($0) } }
        close(ends.main)
        close(ends.keeper)
        (ends.main, ends.keeper) = (-1, -1)
        received = [:]
        queue = []
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private mutating func step() -> Bool {
        var queries = ([ends.stop, ends.main] + received.keys.filter { $0 != ends.main }).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // Orders come without a signal: look at least every 2 ms.
        let wait = queue.map(\.at).min().map { max(0, min(2, ($0 - Self.now()) / 1_000_000)) } ?? 2
        poll(&queries, nfds_t(queries.count), Int32(wait))
        let looked = Self.now()
        defer { lookedAt = looked }
        if queries[0].revents != 0 { return false }
        for query in queries.dropFirst() where query.revents != 0 {
            if query.fd == ends.main, ends.wire != .serial { accept() } else { receive(query.fd) }
        }
        let (babble, forgets, drops) = orders.change { state in
            defer { (state.babble, state.forgetsShifts, state.drops) = ([], false, false) }
            return (state.babble + state.flood, state.forgetsShifts, state.drops)
        }
        if drops { for descriptor in received.keys { hangUp(descriptor) } }
        if forgets { shifted = [:] }
        for descriptor in received.keys where !babble.isEmpty {
            queue.append(Due(at: 0, descriptor: descriptor, bytes: babble, frame: 0, isLast: true))
        }
        send()
        return true
    }

    private mutating func accept() {
        let connection = Glibc.accept(ends.main, nil, nil)
        guard connection >= 0 else { return }
        // An echo and the reply behind it are two sends: without this the second waits 40 ms for the first one's receipt.
        var yes: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        received[connection] = []
        orders.change { state in
            state.connections += 1
            state.openConnections += 1
        }
    }

    private mutating func hangUp(_ descriptor: Int32) {
        close(descriptor)
        received[descriptor] = nil
        midFrame[descriptor] = nil
        orders.change { $0.openConnections -= 1 }
        // What is on its way on a line comes through a tunnel's next connection.
        if ends.wire == .tcp { queue.removeAll { $0.descriptor == descriptor } }
    }

    private mutating func receive(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else {
            if ends.wire != .serial { hangUp(descriptor) }
            return
        }
        if let endedAt = replyEndedAt {
            let silence = Self.now() - endedAt
            orders.change { $0.silences.append(silence) }
            replyEndedAt = nil
        }
        received[descriptor, default: []] += buffer[..<count]
        while let bytes = received[descriptor],
            let length = HostileSlaveReply.requestLength(bytes, isLine: ends.wire.isLine), bytes.count >= length
        {
            received[descriptor] = Array(bytes.dropFirst(length))
            answer(HostileSlaveReply(frame: Array(bytes.prefix(length)), isLine: ends.wire.isLine), on: descriptor)
        }
    }

    private mutating func send() {
        let now = Self.now()
        // Stable: what is due at the same time goes out in the order it was made.
        let due = queue.enumerated().filter { $0.element.at <= now }.sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        queue.removeAll { $0.at <= now }
        for (_, piece) in due where now <= piece.until {
            // Noted first: who has read the reply must find it here.
            func note() {
                guard let answers = piece.answers else { return }
                orders.change { $0.answered[answers] = min($0.answered[answers] ?? now, now) }
            }
            switch ends.wire {
            case .serial:
                note()
                if piece.isLast { replyEndedAt = Self.now() }
                _ = write(piece.descriptor, piece.bytes, piece.bytes.count)
            case .tunnel:
                // Kept until somebody is there, as device servers do.
                if received.isEmpty { queue.append(piece) } else { note() }
                for connection in received.keys {
                    _ = Glibc.send(connection, piece.bytes, piece.bytes.count, Int32(MSG_NOSIGNAL))
                }
            case .tcp:
                if let current = midFrame[piece.descriptor], current != piece.frame {
                    queue.append(piece)
                    continue
                }
                note()
                midFrame[piece.descriptor] = piece.isLast ? nil : piece.frame
                _ = Glibc.send(piece.descriptor, piece.bytes, piece.bytes.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    // MARK: replies

    private mutating func answer(_ reply: HostileSlaveReply, on descriptor: Int32) {
        let request = reply.request
        let (fault, place, isRandom) = orders.fault(for: request)
        let now = Self.now()
        if ends.wire.isLine, orders.change({ $0.echoes }) {
            queue.append(Due(at: now, descriptor: descriptor, bytes: reply.frame, frame: 0, isLast: true))
        }
        switch fault {
        case .exception, .stuck, .unplugged: break
        default: store(request)
        }
        var body = reply.body(items: items(request))
        let isShifted = fault == .shifted || shifted[request.unit] != nil
        if isShifted {
            shifted[request.unit, default: []].append(body)
            if fault == .shifted { return }
            body = shifted[request.unit]?.removeFirst() ?? body
        }
        var due = max(now, lastDue[request.unit] ?? 0)
        var slack = isRandom ? HostileSlave.lateSlack : nil
        switch fault {
        case .silent: return
        case .unplugged: return unplug()
        case .overtaken(let delay):
            due = now + Int64(delay) * 1_000_000
            slack = HostileSlave.overtakenSlack
        case .hangUp: return ends.wire == .serial ? () : hangUp(descriptor)
        case .hangUpLate(let delay):
            if ends.wire != .serial { hangUp(descriptor) }
            guard ends.wire.isLine else { return }
            due = max(due, now + Int64(delay) * 1_000_000)
        case .late(let delay):
            due = max(due, now + Int64(delay) * 1_000_000)
        default: break
        }
        let longer = reply.body(items: items(request, extra: request.function <= 2 ? 8 : 1))
        body = reply.changed(body, by: fault, longer: longer)
        let unit = fault == .wrongUnit ? request.unit &+ 1 : request.unit
        let pieces = reply.pieces(reply.whole(unit, body, fault), fault)
        frames += 1
        let character = orders.change { $0.characterTime }
        // The request's way, and the silence that ends it.
        due += Int64(reply.frame.count) * character + character * 7 / 2
        for (index, piece) in pieces.enumerated() {
            due += Int64(piece.delay) * 1_000_000
            // A double counts at its first copy.
            let endsFrame = index == pieces.count - 1 || piece.bytes.count > 1
            let chunks = character > 0 ? piece.bytes.map { [$0] } : [piece.bytes]
            for (number, bytes) in chunks.enumerated() {
                due += character
                let isLast = endsFrame && number == chunks.count - 1
                let isRight = reply.isRight(fault) && !isShifted && isLast
                queue.append(
                    Due(
                        at: due, descriptor: descriptor, bytes: bytes, frame: frames, isLast: isLast,
                        answers: isRight ? place : nil,
                        // How long the request has waited unread is not known, but the most that it can be.
                        until: slack.map { due + Int64($0) * 1_000_000 - (now - lookedAt) } ?? .max))
            }
        }
        if case .overtaken = fault { return }
        lastDue[request.unit] = due
    }

    private mutating func store(_ request: HostileSlave.Request) {
        let isBit = request.function == 5 || request.function == 15
        for (offset, word) in request.words.enumerated() {
            written[Place(unit: request.unit, isBit: isBit, address: request.address &+ UInt16(offset))] = word
        }
    }

    /// The values a read asks for; only coils and holding registers can have been written.
    private func items(_ request: HostileSlave.Request, extra: Int = 0) -> [UInt16] {
        (0..<Int(request.count) + extra).map { offset in
            let address = request.address &+ UInt16(truncatingIfNeeded: offset)
            let place = Place(unit: request.unit, isBit: request.function == 1, address: address)
            let original = HostileSlave.value(unit: request.unit, function: request.function, address: address)
            return request.function == 1 || request.function == 3 ? written[place] ?? original : original
        }
    }
}
