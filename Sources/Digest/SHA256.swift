import CGcrypt

/// SHA-256 of a stream of bytes, by libgcrypt, which uses the processor's SHA instructions; see FIPS 180-4.
public struct SHA256: ~Copyable, @unchecked Sendable {  // the handle has one owner, which may move between threads
    /// A digest: 32 bytes.
    public struct Value: Sendable, Equatable {
        fileprivate var bytes = InlineArray<32, UInt8>(repeating: 0)

        /// The digest as 64 lower-case hexadecimal digits.
        public var hexadecimal: String {
            let digits = hexadecimalDigits
            return String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self)
        }

        /// The digits as bytes of ASCII.
        public var hexadecimalDigits: InlineArray<64, UInt8> {
            InlineArray { index in
                let half = index % 2 == 0 ? bytes[index / 2] >> 4 : bytes[index / 2] & 15
                return half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") - 10 + half
            }
        }

        /// The digest that `bytes` are; nil when they are not 32.
        public init?(bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            for index in bytes.indices { self.bytes[index] = bytes[index] }
        }

        fileprivate init() {}

        /// The bytes.
        public var array: [UInt8] { bytes.indices.map { bytes[$0] } }

        /// Whether the digests are the same.
        public static func == (left: Self, right: Self) -> Bool {
            left.bytes.indices.allSatisfy { left.bytes[$0] == right.bytes[$0] }
        }
    }

    /// Whether libgcrypt is ready; made so once, as that must not happen on two threads at the same time.
    private static let isReady = nx_gcry_initialise() != 0
    private static let zeros = [UInt8](repeating: 0, count: 64 << 10)

    private let handle: gcry_md_hd_t

    /// Starts a digest of no bytes; nil when libgcrypt can't be used.
    public init?() {
        var handle: gcry_md_hd_t?
        guard Self.isReady, gcry_md_open(&handle, Int32(GCRY_MD_SHA256.rawValue), 0) == 0, let handle
        else {
            return nil
        }
        self.handle = handle
    }

    deinit {
        gcry_md_close(handle)
    }

    /// Adds `bytes`.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        gcry_md_write(handle, bytes.baseAddress, bytes.count)
    }

    /// Adds `bytes`.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { gcry_md_write(handle, $0.baseAddress, $0.count) }
    }

    /// Adds `byteCount` bytes of zero.
    public mutating func updateZeros(_ byteCount: UInt64) {
        var rest = byteCount
        while rest > 0 {
            let part = Int(min(rest, UInt64(Self.zeros.count)))
            Self.zeros.withUnsafeBytes { gcry_md_write(handle, $0.baseAddress, part) }
            rest -= UInt64(part)
        }
    }

    /// The digest of all bytes added; those added from now on are another's.
    public mutating func next() -> Value {
        var value = Value()
        if let digest = gcry_md_read(handle, Int32(GCRY_MD_SHA256.rawValue)) {
            for index in value.bytes.indices { value.bytes[index] = digest[index] }
        }
        gcry_md_reset(handle)
        return value
    }

    /// The digest of all bytes, in lower-case hexadecimal.
    public consuming func hexadecimal() -> String {
        next().hexadecimal
    }
}
