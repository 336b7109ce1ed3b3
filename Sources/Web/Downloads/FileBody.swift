import HTTPTypes
import Hummingbird
import Linux
import NIOCore
import SystemPackage

/// The body of a response that is a part of a file.
///
/// On a plain connection the kernel sends it from its page cache (sendfile(2)); no byte of it is in this process's memory. Where
/// it is to be encrypted here, it is read, piece by piece as the client takes them.
struct FileBody: Sendable {
    /// Bytes read at a time.
    private static let bufferSize: UInt64 = 256 << 10

    let file: SharedDescriptor
    let range: Range<UInt64>
    /// The connection, where it takes files; nil where what is sent is to be encrypted.
    let channel: (any Channel)?

    /// The body.
    var body: ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            if let channel {
                try await FileSender.send(range, of: file, over: channel)
            } else {
                try await copy(to: &writer)
            }
            try await writer.finish(nil)
        }
    }

    @concurrent private func copy(to writer: inout any ResponseBodyWriter) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            try Task.checkCancellation()
            let (start, size) = (offset, Int(min(Self.bufferSize, range.upperBound - offset)))
            let file = file
            let buffer = try await blocking {
                var buffer = ByteBufferAllocator().buffer(capacity: size)
                try unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
                    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: space.prefix(size))
                    return try unsafe file.file.read(fromAbsoluteOffset: Int64(start), into: part)
                }
                return buffer
            }
            guard buffer.readableBytes > 0 else { throw Errno.ioError }
            offset += UInt64(buffer.readableBytes)
            try await writer.write(buffer)
        }
    }
}
