// A listener for whose clients the process has no descriptor: it waits a second, and does not ask the kernel without a pause.
import Glibc
import NIOCore

/// Stops accepting for a second when a connection cannot be accepted. NIO's own back-off delays the next read but leaves the
/// socket registered, so the kernel reports it again at once, and one core does nothing else (seen with NIO 2 on Linux).
final class DescriptorPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            return context.fireErrorCaught(error)
        }
        guard !isPaused else { return }
        isPaused = true
        setAutoRead(false, of: context)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            self.setAutoRead(true, of: context)
        }
    }

    private func setAutoRead(_ isOn: Bool, of context: ChannelHandlerContext) {
        // On the channel's own loop this is done at once, and fails only when the channel is closed.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }
}
