import HTTPTypes
import Linux
import NIOCore
import NIOHTTP1
import SystemPackage

/// Guards one connection, between the parser and everything else: requests that could be understood in two ways, that are too
/// large or too slow, and clients that take nothing of their response.
///
/// It also writes parts of files, which the framework above has no word for; see sendfile(2).
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Times and sizes.
    struct Limits: Sendable {
        /// For a request to arrive in full after the connection was made or the last response ended.
        var requestTimeout: TimeAmount
        /// Without any byte of the response being taken.
        var stallTimeout: TimeAmount
        /// Bytes of a request's body.
        var bodySize: Int
    }

    private let limits: Limits
    private var context: ChannelHandlerContext?
    private var headsRead = 0
    private var requestsRead = 0
    private var responsesWritten = 0
    private var isResponding = false
    private var bodySize = 0
    private var isRefusing = false
    private var requestDeadline: Scheduled<Void>?
    private var stallCheck: Scheduled<Void>?
    private var pendingWrites = 0
    private var lastProgress = NIODeadline.now()
    private var acknowledged: UInt64?

    init(limits: Limits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        awaitRequest(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        requestDeadline?.cancel()
        stallCheck?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        requestDeadline?.cancel()
        stallCheck?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefusing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let status = RequestCheck.refusal(of: head, bodyLimit: limits.bodySize) {
                return refuse(status, context)
            }
            headsRead += 1
            bodySize = 0
        case .body(let part):
            bodySize += part.readableBytes
            if bodySize > limits.bodySize { return refuse(.payloadTooLarge, context) }
        case .end:
            requestsRead += 1
            if requestsRead > responsesWritten { requestDeadline?.cancel() }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isRefusing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let part = unwrapOutboundIn(data)
        switch part {
        case .head(let head): isResponding = head.status.code >= 200
        case .body: break
        case .end:
            isResponding = false
            responsesWritten += 1
            if requestsRead <= responsesWritten { awaitRequest(context) }
        }
        write(part, promise: promise, context)
    }

    /// Writes a part of a file as a part of the body; the future ends when the kernel has taken it.
    func write(_ region: FileRegion) -> EventLoopFuture<Void>? {
        guard let context, !isRefusing else { return nil }
        let promise = context.eventLoop.makePromise(of: Void.self)
        write(.body(.fileRegion(region)), promise: promise, context)
        context.flush()
        return promise.futureResult
    }
}

extension ConnectionHandler {
    /// Writes, and sees to it that it does not take forever.
    private func write(
        _ part: HTTPServerResponsePart,
        promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        if pendingWrites == 0 {
            lastProgress = .now()
            if stallCheck == nil { acknowledged = acknowledgedByteCount(context) }
            awaitProgress(context)
        }
        pendingWrites += 1
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.pendingWrites -= 1
            self.lastProgress = .now()
        }
        context.write(wrapOutboundOut(part), promise: promise)
    }

    private func awaitProgress(_ context: ChannelHandlerContext) {
        guard stallCheck == nil else { return }
        let interval = TimeAmount.nanoseconds(limits.stallTimeout.nanoseconds / 4)
        stallCheck = context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
            self.stallCheck = nil
            guard self.pendingWrites > 0 else { return }
            // What is written may take a slow client longer than that; what it has taken of it only the kernel knows.
            let acknowledged = self.acknowledgedByteCount(context)
            if acknowledged != self.acknowledged {
                self.acknowledged = acknowledged
                self.lastProgress = .now()
            }
            guard NIODeadline.now() - self.lastProgress < self.limits.stallTimeout else {
                return context.close(promise: nil)
            }
            self.awaitProgress(context)
        }
    }

    private func acknowledgedByteCount(_ context: ChannelHandlerContext) -> UInt64? {
        let pipeline = context.pipeline.syncOperations
        let count = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            FileDescriptor(rawValue: socket).acknowledgedByteCount
        }
        return count ?? nil
    }

    private func awaitRequest(_ context: ChannelHandlerContext) {
        requestDeadline?.cancel()
        requestDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: limits.requestTimeout) {
            // Who is in the middle of a request is told; who just keeps the connection is not.
            if self.headsRead > self.responsesWritten {
                self.refuse(.requestTimeout, context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    /// Answers for the application, and ends the connection: what follows on it can't be trusted.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        isRefusing = true
        // In the midst of one response, or before the one to an earlier request, nothing can be said.
        guard !isResponding, requestsRead <= responsesWritten else { return context.close(promise: nil) }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: status,
            headers: ["connection": "close", "content-length": "0"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // To close at once would reset the connection of a client that is still sending, before it has read why.
        context.close(mode: .output, promise: nil)
        requestDeadline?.cancel()
        requestDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) {
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
