/// A path in a tree that grows and shrinks by components, of any bytes and any length; only its last component is ever
/// handed to a system call.
///
/// Written by one thread at a time: who passes it on lets go of it.
public final class EntryPath: @unchecked Sendable {  // one owner at a time, handed on through a `Monitor`
    private var storage: [CChar] = [0]
    private var nameStart = 0

    /// Creates an empty path.
    public init() {}

    /// Creates a path of one component.
    public convenience init(_ component: String) {
        self.init(bytes: Array(component.utf8))
    }

    /// Creates a path of one component, of any bytes but NUL and `/`.
    public convenience init(bytes component: [UInt8]) {
        self.init()
        append(component.map(CChar.init(bitPattern:)))
    }

    /// Number of bytes.
    public var count: Int { storage.count - 1 }

    /// The bytes.
    public var bytes: [UInt8] { storage.dropLast().map(UInt8.init(bitPattern:)) }

    /// Becomes what `other` is.
    public func copy(_ other: EntryPath) {
        storage.removeAll(keepingCapacity: true)
        storage.append(contentsOf: other.storage)
        nameStart = other.nameStart
    }

    /// Adds a component.
    public func append(_ component: String) {
        append(component.utf8.lazy.map(CChar.init(bitPattern:)))
    }

    /// Drops what lies beyond the first `count` bytes, a length this path had before.
    public func truncate(to count: Int) {
        guard count < self.count else { return }
        storage.removeLast(self.count - count)
        storage[count] = 0
        nameStart = storage.lastIndex(of: CChar(bitPattern: UInt8(ascii: "/"))).map { $0 + 1 } ?? 0
    }

    /// Whether ``ByteBuffer/append(escaping:)`` writes it otherwise than it is.
    public var needsEscaping: Bool {
        storage.contains { $0 == 0x5C || $0 == 0x0A || $0 == 0x0D }
    }

    /// Calls `body` with the bytes.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBufferPointer { buffer throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer.dropLast())))
        }
    }

    /// How the bytes can be read.
    public var encoding: TextEncoding {
        storage.allSatisfy { $0 >= 0 } ? .ascii : TextEncoding(of: bytes)
    }

    /// Calls `body` with the whole path.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withPointer(offset: 0, body)
    }

    /// Calls `body` with the bytes from `start`, at most ``count``, to the end.
    public func withBytes<Result>(from start: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        storage.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { body($0.extracting(min(start, count)..<count).span) }
        }
    }

    /// Calls `body` with the last component.
    func withName<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withPointer(offset: nameStart, body)
    }

    func append(_ component: some Collection<CChar>) {
        storage.removeLast()
        if !storage.isEmpty { storage.append(CChar(bitPattern: UInt8(ascii: "/"))) }
        nameStart = storage.count
        storage.append(contentsOf: component)
        storage.append(0)
    }

    private func withPointer<Result>(offset: Int, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        storage.withUnsafeBufferPointer { buffer in
            // Never empty, as the terminator is always there.
            buffer.baseAddress.map { body($0 + offset) } ?? body("")
        }
    }
}

extension EntryPath: CustomStringConvertible {
    /// The path for a message: what is not printable or not UTF-8 as `\n`, `\\` or `\xHH`.
    public var description: String { printable(bytes) }
}

/// `bytes` for a message: what is not printable or not UTF-8 as `\n`, `\\` or `\xHH`.
public func printable(_ bytes: [UInt8]) -> String {
    var result = ""
    var rest = bytes[...]
    while let byte = rest.first {
        if let (scalar, length) = firstScalar(of: rest), isPrintable(scalar) {
            result += scalar == "\\" ? "\\\\" : String(scalar)
            rest = rest.dropFirst(length)
        } else {
            result += byte == UInt8(ascii: "\n") ? "\\n" : hexadecimalEscape(byte)
            rest = rest.dropFirst()
        }
    }
    return result
}

private func firstScalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, length: Int)? {
    var decoder = UTF8()
    var iterator = bytes.prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, String(scalar).utf8.count)
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
}

private func hexadecimalEscape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
}
