import Linux
import NIOCore
import SystemPackage

/// Has the kernel send a part of a file over one connection, on the connection's event loop alone: one piece after the other as
/// the client takes them, with so many under way that the connection never waits for the next.
final class FileSender {
    /// Bytes handed to the kernel at a time: large enough that handing over costs nothing, small enough to notice a client
    /// that has stopped.
    private static let pieceSize: UInt64 = 1 << 20
    private static let piecesUnderWay = 3
    /// Bytes read at a time, where they come from a disk.
    private static let bufferSize = 256 << 10

    private let file: SharedDescriptor
    private let handle: NIOFileHandle
    private let end: UInt64
    private let handler: ConnectionHandler
    private let eventLoop: any EventLoop
    private let promise: EventLoopPromise<Void>
    private var next: UInt64
    private var underWay = 0
    private var isReading = false
    private var failure: (any Error)?

    private init(
        _ file: SharedDescriptor,
        _ handle: NIOFileHandle,
        _ range: Range<UInt64>,
        _ handler: ConnectionHandler,
        _ promise: EventLoopPromise<Void>
    ) {
        self.file = file
        self.handle = handle
        self.handler = handler
        self.promise = promise
        eventLoop = promise.futureResult.eventLoop
        next = range.lowerBound
        end = range.upperBound
    }

    /// Sends the bytes `range` of `file`, and returns when the kernel has taken them all.
    @concurrent static func send(_ range: Range<UInt64>, of file: SharedDescriptor, over channel: any Channel)
        async throws
    {
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: try file.duplicate().release().rawValue)
        defer { try? handle.close() }
        file.file.adviseReading(.sequential)
        let promise = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute {
            do {
                let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
                FileSender(file, handle, range, handler, promise).proceed()
            } catch {
                promise.fail(error)
            }
        }
        try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            // What a client does not take would be waited for otherwise.
            channel.close(promise: nil)
        }
    }

    private func proceed() {
        while failure == nil, !isReading, underWay < Self.piecesUnderWay, next < end {
            let piece = next..<min(next + Self.pieceSize, end)
            if file.file.wouldWait(at: Int64(piece.upperBound - 1)) { return read(piece) }
            write(piece)
        }
        guard underWay == 0, !isReading else { return }
        if let failure { promise.fail(failure) } else if next == end { promise.succeed() }
    }

    private func write(_ piece: Range<UInt64>) {
        let region = FileRegion(fileHandle: handle, readerIndex: Int(piece.lowerBound), endIndex: Int(piece.upperBound))
        guard let written = handler.write(region) else {
            failure = ChannelError.ioOnClosedChannel
            return
        }
        next = piece.upperBound
        underWay += 1
        written.assumeIsolated().whenComplete { result in
            self.underWay -= 1
            if case .failure(let error) = result { self.failure = error }
            self.proceed()
        }
    }

    /// Waits for the disk on a thread of its own, as other clients share the one that sends; then writes the piece.
    private func read(_ piece: Range<UInt64>) {
        isReading = true
        let (file, sender) = (file, NIOLoopBound(self, eventLoop: eventLoop))
        let promise = eventLoop.makePromise(of: Void.self)
        promise.completeWithTask {
            try await blocking { try Self.readIntoCache(piece, of: file) }
        }
        promise.futureResult.whenComplete { result in
            let sender = sender.value
            sender.isReading = false
            if case .failure(let error) = result { sender.failure = error } else { sender.write(piece) }
            sender.proceed()
        }
    }

    private static func readIntoCache(_ piece: Range<UInt64>, of file: SharedDescriptor) throws {
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        var offset = piece.lowerBound
        while offset < piece.upperBound {
            let count = try unsafe buffer.withUnsafeMutableBytes { buffer in
                try unsafe file.file.read(fromAbsoluteOffset: Int64(offset), into: buffer)
            }
            if count == 0 { return }
            offset += UInt64(count)
        }
    }
}

@available(*, unavailable)
extension FileSender: Sendable {}
