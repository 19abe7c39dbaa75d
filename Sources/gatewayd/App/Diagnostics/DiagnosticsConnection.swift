// One connection: one request, one answer, and the end, each within its time. Runs on the event loop only.
import DiagnosticsProtocol
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Last in a connection's pipeline: collects a request within the limits and writes one answer.
///
/// One request a connection keeps every bound simple: no pipelining, no idle keep-alive, nothing left over.
final class DiagnosticsConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = DiagnosticsResponse
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase { case receiving, asking, answered }

    private let limits: DiagnosticsLimits
    private let headerLimit: HeaderLimit
    private let asksForPeer: Bool
    private let whole: EventLoopPromise<DiagnosticsRequest?>
    private var phase = Phase.receiving
    private var request = DiagnosticsRequest(method: "", target: "", body: [])
    private var deadline: Scheduled<Void>?
    /// Of the body; longer where a configuration may come, and who sends it is known.
    private var mostBytes: Int

    /// - Parameters:
    ///   - asksForPeer: whether the kernel knows who is at the other end.
    ///   - whole: gets the request, or nil when none will come.
    init(
        limits: DiagnosticsLimits, headerLimit: HeaderLimit, asksForPeer: Bool, whole: EventLoopPromise<DiagnosticsRequest?>
    ) {
        self.limits = limits
        self.headerLimit = headerLimit
        self.asksForPeer = asksForPeer
        self.whole = whole
        mostBytes = limits.bodyBytes
    }

    func channelActive(context: ChannelHandlerContext) {
        within(limits.requestTime, context) { connection, context in
            connection.refuse(.requestTimeout, "no whole request came in time", context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .receiving else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let bytes):
            guard request.body.count + bytes.readableBytes <= mostBytes else { return refuseBody(context) }
            request.body.append(contentsOf: bytes.readableBytesView)
        case .end:
            phase = .asking
            within(limits.answerTime, context) { connection, context in
                connection.refuse(.unavailable, "the daemon did not find an answer in time: look at its log", context)
            }
            deliver(context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        answer(Self.unwrapOutboundIn(data), context)
        promise?.succeed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is HeaderTooLong: refuseHeader(context)
        case is HTTPParserError: refuse(.badRequest, "this is not an HTTP/1.1 request", context)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client will send no more; without a whole request that is the end, with one it still wants its answer.
        if case .inputClosed? = event as? ChannelEvent, phase == .receiving { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        request.method = head.method.rawValue
        let size = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        guard size <= limits.headerBytes else { return refuseHeader(context) }
        headerLimit.isOver = true
        let path = head.uri.prefix { $0 != "?" }
        if asksForPeer, DiagnosticsRoute.allCases.contains(where: { $0.takesConfiguration && $0.path == path }) {
            mostBytes = limits.configurationBytes
        }
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > mostBytes {
            return refuseBody(context)
        }
        request.target = head.uri
    }

    /// Hands the request over together with its sender.
    private func deliver(_ context: ChannelHandlerContext) {
        guard asksForPeer, let provider = context.channel as? any SocketOptionProvider else { return whole.succeed(request) }
        let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        let (request, whole) = (self.request, self.whole)
        credentials.whenComplete { result in
            var request = request
            request.peer = try? result.get()
            whole.succeed(request)
        }
    }

    private func refuseHeader(_ context: ChannelHandlerContext) {
        refuse(.tooLarge, "request line and headers are longer than \(limits.headerBytes) bytes", context)
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        refuse(.tooLarge, "the body is longer than \(mostBytes) bytes", context)
    }

    private func refuse(_ code: ErrorCode, _ message: String, _ context: ChannelHandlerContext) {
        answer(DiagnosticsResponse(code, message), context)
    }

    private func answer(_ response: DiagnosticsResponse, _ context: ChannelHandlerContext) {
        guard phase != .answered else { return }
        phase = .answered
        headerLimit.isOver = true
        whole.succeed(nil)
        within(limits.writeTime, context) { _, context in context.close(promise: nil) }
        var headers: HTTPHeaders = [
            "content-type": response.contentType, "content-length": "\(response.body.count)", "connection": "close",
        ]
        if let allow = response.allow { headers.add(name: "allow", value: allow) }
        if let language = response.language { headers.add(name: "content-language", value: language.rawValue) }
        if let time = response.simulatedTime { headers.add(name: "simulated-time", value: time) }
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != "HEAD" {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.value.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in context.value.close(promise: nil) }
    }

    private func finish() {
        deadline?.cancel()
        phase = .answered
        whole.succeed(nil)
    }

    /// Replaces the running deadline.
    private func within(
        _ time: Duration, _ context: ChannelHandlerContext,
        else expire: @escaping @Sendable (DiagnosticsConnection, ChannelHandlerContext) -> Void
    ) {
        deadline?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(time)) { expire(bound.value.0, bound.value.1) }
    }
}
