// The hostile slave's thread: reads requests, makes replies right or wrong, sends them when they are due.
import Glibc

struct HostileSlaveServer {
    private struct Due {
        let at: Int64
        let descriptor: Int32
        let bytes: [UInt8]
        /// Which frame the bytes belong to, and whether they end it.
        let frame: Int
        let isLast: Bool
    }

    private let ends: HostileSlaveEnds
    private let orders: HostileSlaveOrders
    private var received: [Int32: [UInt8]] = [:]
    private var queue: [Due] = []
    /// When the last reply of each unit goes out: a unit answers in order.
    private var lastDue: [UInt8: Int64] = [:]
    private var frames = 0
    /// The frame a TCP connection is in the middle of: unlike units on a line, a server does not talk across itself.
    private var midFrame: [Int32: Int] = [:]
    private var shifted: [UInt8: [[UInt8]]] = [:]

    init(ends: HostileSlaveEnds, orders: HostileSlaveOrders) {
        self.ends = ends
        self.orders = orders
        if ends.isSerial { received[ends.main] = [] }
    }

    mutating func run() {
        while step() {}
        for descriptor in Set([ends.stop, ends.main, ends.keeper] + received.keys) where descriptor >= 0 { close(descriptor) }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private mutating func step() -> Bool {
        var queries = ([ends.stop, ends.main] + received.keys.filter { $0 != ends.main }).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // Orders come without a signal: look at least every 2 ms.
        let wait = queue.map(\.at).min().map { max(0, min(2, ($0 - Self.now()) / 1_000_000)) } ?? 2
        poll(&queries, nfds_t(queries.count), Int32(wait))
        if queries[0].revents != 0 { return false }
        for query in queries.dropFirst() where query.revents != 0 {
            if query.fd == ends.main, !ends.isSerial { accept() } else { receive(query.fd) }
        }
        let (babble, forgets, drops) = orders.change { state in
            defer { (state.babble, state.forgetsShifts, state.drops) = ([], false, false) }
            return (state.babble, state.forgetsShifts, state.drops)
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
        queue.removeAll { $0.descriptor == descriptor }
    }

    private mutating func receive(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else {
            if !ends.isSerial { hangUp(descriptor) }
            return
        }
        received[descriptor, default: []] += buffer[..<count]
        let length = ends.isSerial ? 8 : 12
        while let bytes = received[descriptor], bytes.count >= length {
            received[descriptor] = Array(bytes.dropFirst(length))
            answer(Array(bytes.prefix(length)), on: descriptor)
        }
    }

    private mutating func send() {
        let now = Self.now()
        // Stable: what is due at the same time goes out in the order it was made.
        let due = queue.enumerated().filter { $0.element.at <= now }.sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        queue.removeAll { $0.at <= now }
        for (_, piece) in due {
            if ends.isSerial {
                _ = write(piece.descriptor, piece.bytes, piece.bytes.count)
            } else if let current = midFrame[piece.descriptor], current != piece.frame {
                queue.append(piece)
            } else {
                midFrame[piece.descriptor] = piece.isLast ? nil : piece.frame
                _ = Glibc.send(piece.descriptor, piece.bytes, piece.bytes.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    // MARK: replies

    private mutating func answer(_ frame: [UInt8], on descriptor: Int32) {
        let start = ends.isSerial ? 0 : 6
        func word(_ at: Int) -> UInt16 { UInt16(frame[start + at]) << 8 | UInt16(frame[start + at + 1]) }
        let request = HostileSlave.Request(
            unit: frame[start], function: frame[start + 1], address: word(2), count: word(4))
        let fault = orders.fault(for: request)
        let now = Self.now()
        var body = Self.body(request)
        if fault == .shifted || shifted[request.unit] != nil {
            shifted[request.unit, default: []].append(body)
            if fault == .shifted { return }
            body = shifted[request.unit]?.removeFirst() ?? body
        }
        var due = max(now, lastDue[request.unit] ?? 0)
        var unit = request.unit
        switch fault {
        case .silent: return
        case .hangUp: return ends.isSerial ? () : hangUp(descriptor)
        case .late(let delay): due = max(due, now + Int64(delay) * 1_000_000)
        case .wrongUnit: unit = unit &+ 1
        case .wrongFunction: body[0] = body[0] == 3 ? 4 : 3
        case .wrongByteCount: body = Self.body(request, extra: request.function <= 2 ? 8 : 1)
        case .exception(let code): body = [request.function | 0x80, code]
        default: break
        }
        let pieces = pieces(whole(frame, unit, body, garbled: fault == .garbled), request: frame, fault)
        frames += 1
        for (index, piece) in pieces.enumerated() {
            due += Int64(piece.delay) * 1_000_000
            let isLast = index == pieces.count - 1 || piece.bytes.count > 1
            queue.append(Due(at: due, descriptor: descriptor, bytes: piece.bytes, frame: frames, isLast: isLast))
        }
        lastDue[request.unit] = due
    }

    private func pieces(_ reply: [UInt8], request: [UInt8], _ fault: HostileSlave.Fault) -> [(delay: Int, bytes: [UInt8])] {
        switch fault {
        case .doubled: [(0, reply + reply)]
        case .doubledAfter(let delay): [(0, reply), (delay, reply)]
        case .truncated: [(0, Array(reply.dropLast(2)))]
        case .dribbling(let delay): reply.map { (delay, [$0]) }
        case .echo: [(0, request), (0, reply)]
        case .noiseBefore: [(0, [0xFF, 0x00, 0xA5] + reply)]
        default: [(0, reply)]
        }
    }

    private func whole(_ request: [UInt8], _ unit: UInt8, _ body: [UInt8], garbled: Bool) -> [UInt8] {
        guard ends.isSerial else {
            let length = body.count + 1
            return [request[0], request[1], garbled ? 1 : 0, 0, UInt8(length >> 8), UInt8(length & 0xFF), unit] + body
        }
        let frame = [unit] + body
        let crc = Self.crc(frame) ^ (garbled ? 0x0101 : 0)
        return frame + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    private static func body(_ request: HostileSlave.Request, extra: Int = 0) -> [UInt8] {
        let values = (0..<Int(request.count) + extra).map {
            HostileSlave.value(
                unit: request.unit, function: request.function, address: request.address &+ UInt16(truncatingIfNeeded: $0))
        }
        guard request.function <= 2 else {
            return [request.function, UInt8(truncatingIfNeeded: values.count * 2)]
                + values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
        var packed = [UInt8](repeating: 0, count: (values.count + 7) / 8)
        for (index, value) in values.enumerated() where value == 1 { packed[index / 8] |= 1 << UInt8(index % 8) }
        return [request.function, UInt8(truncatingIfNeeded: packed.count)] + packed
    }

    /// Division by the polynomial written out, unlike the master's.
    private static func crc(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte)) { value, _ in value & 1 == 0 ? value / 2 : (value / 2) ^ 0xA001 }
        }
    }
}
