import CGcrypt

/// SHA-256 of a stream of bytes, by libgcrypt, which uses the processor's SHA instructions; see FIPS 180-4.
public struct SHA256: ~Copyable, @unchecked Sendable {  // the handle has one owner, which may move between threads
    private let handle: gcry_md_hd_t

    /// Starts a digest of no bytes; nil when libgcrypt can't be used.
    public init?() {
        var handle: gcry_md_hd_t?
        guard nx_gcry_initialise() != 0, gcry_md_open(&handle, Int32(GCRY_MD_SHA256.rawValue), 0) == 0, let handle
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

    /// The digest of all bytes, in lower-case hexadecimal.
    public consuming func hexadecimal() -> String {
        guard let digest = gcry_md_read(handle, Int32(GCRY_MD_SHA256.rawValue)) else { return "" }
        let digits = Array("0123456789abcdef".utf8)
        let text = UnsafeBufferPointer(start: digest, count: 32).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
