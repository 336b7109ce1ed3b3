public import SystemPackage

extension FilePath {
    /// The path's bytes, which need not be UTF-8.
    public var bytes: [UInt8] {
        withPlatformString { start in
            var bytes: [UInt8] = []
            var position = start
            while position.pointee != 0 {
                bytes.append(UInt8(bitPattern: position.pointee))
                position += 1
            }
            return bytes
        }
    }

    /// The path of these bytes, up to the first that is 0.
    public init(bytes: some Sequence<UInt8>) {
        self = (bytes.prefix { $0 != 0 }.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }
}
