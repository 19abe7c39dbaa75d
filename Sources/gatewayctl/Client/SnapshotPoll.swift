// One look at the gateway without waiting: the owner polls the descriptor together with its own (keys, signals).
import DiagnosticsProtocol
import Glibc

/// Asks for the six reports one after the other, each on a connection of its own, as the daemon's bytes come.
public final class SnapshotPoll {
    private let client: DiagnosticsClient
    private let path: String
    private let seconds: Int
    private var responses: [HTTPResponseParser.Response] = []
    private var connection: SocketConnection?
    private var parser = HTTPResponseParser()

    /// Starts asking.
    /// - Parameters:
    ///   - path: the socket's path.
    ///   - seconds: how long one report may take.
    /// - Throws: when nobody is there.
    public init(path: String, seconds: Int = 5) throws(ClientFailure) {
        client = DiagnosticsClient(path: path)
        self.path = path
        self.seconds = seconds
        try ask()
    }

    /// What to wait for until `advance` has something to do (POLLIN); nil when it need not wait.
    public var descriptor: Int32? { connection?.descriptor }

    /// Takes what has come; call it when the descriptor is readable, and once more after the time-out.
    /// - Returns: the snapshot when it is whole, nil while more must come.
    public func advance() throws(ClientFailure) -> GatewaySnapshot? {
        while let connection {
            let response: HTTPResponseParser.Response
            do throws(SocketConnection.Failure) {
                guard let chunk = try connection.receiveNow() else { return nil }
                do {
                    if chunk.isEmpty {
                        response = try parser.finish()
                    } else if let whole = try parser.receive(chunk) {
                        response = whole
                    } else {
                        continue
                    }
                } catch { throw SocketConnection.Failure(code: EBADMSG) }
            } catch { throw client.failure(error.code, seconds: seconds) }
            responses.append(response)
            self.connection = nil
            if responses.count == GatewaySnapshot.routes.count { return try GatewaySnapshot(responses, of: client) }
            try ask()
        }
        return nil
    }

    private func ask() throws(ClientFailure) {
        let route = GatewaySnapshot.routes[responses.count]
        parser = HTTPResponseParser()
        do throws(SocketConnection.Failure) {
            let connection = try SocketConnection(path: path, seconds: seconds)
            try connection.send(Array((DiagnosticsClient.request(route, target: route.path) + "\r\n").utf8))
            self.connection = connection
        } catch { throw client.failure(error.code, seconds: seconds) }
    }
}
