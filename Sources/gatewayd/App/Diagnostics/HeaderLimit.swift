// Counts the bytes of a request's header block before the HTTP parser keeps them: the parser itself has no bound.
import NIOCore

/// The header block is over the limit.
struct HeaderTooLong: Error {}

/// First in a connection's pipeline.
final class HeaderLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let limit: Int
    private var count = 0
    /// Set by the connection handler as soon as the header block is complete, or nothing more is wanted.
    var isOver = false

    init(limit: Int) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return context.fireChannelRead(data) }
        count += Self.unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        if !isOver, count > limit { context.fireErrorCaught(HeaderTooLong()) }
    }
}
