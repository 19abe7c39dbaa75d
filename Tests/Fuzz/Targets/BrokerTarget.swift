// What a broker sends once it has the gateway's CONNECT, by way of the real library on a loopback socket.
import Glibc
import MQTTTransport
import Synchronization
import TestSupport
import Uplink

extension FuzzTargets {
    /// Packets of a broker: the first byte says in which pieces they come, and whether a CONNACK that accepts and a SUBACK go
    /// before them. The line ends behind them.
    static let brokerPackets = FuzzTarget(
        name: "broker-packets", runs: 2000,
        words: [
            "\u{20}\u{3}\u{0}\u{0}\u{0}", "\u{21}\u{0}\u{1}", "\u{27}\u{0}\u{0}\u{1}\u{0}", "\u{40}\u{2}\u{0}\u{1}",
            "\u{40}\u{4}\u{0}\u{1}\u{10}\u{0}", "\u{1f}\u{0}\u{1}x", "\u{26}\u{0}\u{1}k\u{0}\u{1}v", "\u{32}", "\u{34}",
            "\u{0}\u{2}",
            commands, "\u{3}\u{0}\u{10}application/json", "\u{7f}\u{7f}\u{7f}", #"{"id":"c1","verb":"ack"}"#,
        ]
    ) { bytes in
        let trial = BrokerTrial(bytes)
        return trial.endsTheLibrary ? nil : trial.run()
    }

    fileprivate static let commands = "manhole/v1/gw-1/commands"
}

/// One connection to a broker that says what the input says.
private struct BrokerTrial {
    /// CONNACK with success, and SUBACK of the first subscription with QoS 1 (MQTT 5.0 §3.2, §3.9).
    private static let welcome: [UInt8] = [0x20, 0x03, 0x00, 0x00, 0x00, 0x90, 0x04, 0x00, 0x01, 0x00, 0x01]
    /// Milliseconds in which a connection must have ended: the line did before.
    private static let patience: Int32 = 10_000

    private let packets: [UInt8]
    private let piece: Int

    init(_ bytes: [UInt8]) {
        let first = bytes.first ?? 0
        piece = Int(first & 0x3F) + 1
        packets = (first & 0x40 == 0 ? [] : Self.welcome) + bytes.dropFirst()
    }

    /// Whether a packet or a property stands in it that MQTT 5.0 does not have: libmosquitto 2.0.11 ends the process over it, by
    /// an assertion where it says so in its log without a connection (`property__read`). Later ones refuse the packet.
    var endsTheLibrary: Bool { PacketReader(packets).hasUnknown }

    func run() -> String? {
        let listener = Loopback.listener(backlog: 1)
        defer { close(listener) }
        guard let heard = BrokerEvents() else { return "no pipe: error \(errno)" }
        let will = OutgoingMessage(topic: "manhole/v1/gw-1/state", payload: Array("{}".utf8), retained: true)
        let connection = MosquittoConnector().connect(
            to: BrokerEndpoint(host: "127.0.0.1", port: Loopback.port(of: listener)), clientID: "gw-1", will: will,
            commands: FuzzTargets.commands
        ) { heard.take($0) }
        heard.publish(by: connection)
        defer { connection.close(graceful: false) }
        guard BrokerEvents.isReadable(listener, within: Self.patience) else { return "it does not connect" }
        let line = accept(listener, nil, nil)
        guard line >= 0 else { return "accept: error \(errno)" }
        speak(line)
        defer { close(line) }
        guard heard.hasClosed(line, within: Self.patience) else { return "the line has ended, and the connection has not" }
        return heard.complaint(most: packets.count)
    }

    /// Takes CONNECT, and says everything. Who is gone by then hears the rest no more.
    private func speak(_ line: Int32) {
        var taken = [UInt8](repeating: 0, count: 4096)
        guard BrokerEvents.isReadable(line, within: Self.patience), recv(line, &taken, taken.count, 0) > 0 else { return }
        var rest = packets[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(piece))
            guard send(line, part, part.count, Int32(MSG_NOSIGNAL)) == part.count else { break }
            rest = rest.dropFirst(part.count)
        }
        shutdown(line, Int32(SHUT_WR))
    }
}

/// What a connection tells, and a pipe that says when it has told the last of it.
private final class BrokerEvents: Sendable {
    private struct State {
        var connection: (any BrokerConnection)?
        var isConnected = false, isOver = false
        var wrong: String?
        var bytes = 0
    }

    private let state = Mutex(State())
    private let reading: Int32
    private let writing: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// The connection is known only after its first events may have come.
    func publish(by connection: any BrokerConnection) {
        let isConnected = state.withLock {
            $0.connection = connection
            return $0.isConnected
        }
        if isConnected { Self.publish(connection) }
    }

    private static func publish(_ connection: (any BrokerConnection)?) {
        for text in ["one", "two"] {
            _ = connection?.publish(OutgoingMessage(topic: "manhole/v1/gw-1/alarms", payload: Array(text.utf8)))
        }
    }

    func take(_ event: BrokerEvent) {
        let connection: (any BrokerConnection)? = state.withLock { state in
            if state.isOver { state.wrong = "after the end came \(event)" }
            switch event {
            case .connected(let limits):
                if state.isConnected { state.wrong = state.wrong ?? "connected twice" }
                state.isConnected = true
                if !(0...65_535).contains(limits.receiveMaximum) { state.wrong = "limits that cannot be: \(limits)" }
                return state.connection
            case .message(let message): state.bytes += message.payload.count
            case .acknowledged, .subscriptionRefused:
                if !state.isConnected { state.wrong = "\(event) before it was connected" }
            case .closed(let failure):
                if failure.detail.isEmpty { state.wrong = "it ended without a word" }
                state.isOver = true
                state.connection = nil
            }
            return nil
        }
        if case .connected = event { Self.publish(connection) }
        if case .closed = event { _ = write(writing, [1], 1) }
    }

    static func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, milliseconds) > 0
    }

    /// Waits for the end, and takes from the line meanwhile what is still said there.
    func hasClosed(_ line: Int32, within milliseconds: Int32) -> Bool {
        var taken = [UInt8](repeating: 0, count: 4096)
        while recv(line, &taken, taken.count, Int32(MSG_DONTWAIT)) > 0 {}
        return Self.isReadable(reading, within: milliseconds)
    }

    func complaint(most bytes: Int) -> String? {
        state.withLock { $0.wrong ?? ($0.bytes > bytes ? "messages of \($0.bytes) bytes in \(bytes)" : nil) }
    }
}
