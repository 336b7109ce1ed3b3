/// Text of any bytes, put together without memory of its own for each part.
extension ByteBuffer {
    /// Adds `bytes` at the end.
    /// - Throws: `LinuxError` with `ENOMEM`.
    public func append(_ bytes: Span<UInt8>) throws(LinuxError) {
        try bytes.withUnsafeBytes { bytes throws(LinuxError) in try append(bytes) }
    }

    /// Adds `text` at the end.
    /// - Throws: `LinuxError` with `ENOMEM`.
    public func append(_ text: StaticString) throws(LinuxError) {
        guard text.hasPointerRepresentation else { return try append(Array(text.description.utf8)) }
        try append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds `path`, in which `\`, newline and carriage return are `\\`, `\n` and `\r`, as sha256sum(1) writes them.
    /// - Throws: `LinuxError` with `ENOMEM`.
    public func append(escaping path: EntryPath) throws(LinuxError) {
        guard path.needsEscaping else {
            return try path.withBytes { bytes throws(LinuxError) in try append(bytes) }
        }
        for byte in path.bytes {
            switch byte {
            case UInt8(ascii: "\\"): try append("\\\\")
            case UInt8(ascii: "\n"): try append("\\n")
            case UInt8(ascii: "\r"): try append("\\r")
            default: try append([byte])
            }
        }
    }
}
