import Glibc

/// A password in memory that is never swapped out and is wiped when its last reference goes.
///
/// It has no description and does not conform to `Codable`, so it reaches no log and no file by accident.
public final class Secret: Sendable {
    private let storage: Storage

    private struct Storage: @unchecked Sendable {  // written only in `init`, before it is shared
        let bytes: UnsafeMutableRawBufferPointer
    }

    /// Copies `bytes`; who calls wipes the original.
    public init(copying bytes: UnsafeRawBufferPointer) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        mlock(copy.baseAddress, copy.count)
        copy.copyMemory(from: bytes)
        storage = Storage(bytes: copy)
    }

    /// Copies the UTF-8 of `string`; what the string itself holds in memory stays there until that memory is reused.
    public convenience init(_ string: String) {
        var bytes = Array(string.utf8)
        self.init(wiping: &bytes)
    }

    /// Copies `bytes` and wipes them.
    public convenience init(wiping bytes: inout [UInt8]) {
        self.init(bytes)
        bytes.withUnsafeMutableBytes { wipe($0) }
    }

    private init(_ bytes: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        mlock(copy.baseAddress, copy.count)
        copy.copyBytes(from: bytes)
        storage = Storage(bytes: copy)
    }

    deinit {
        wipe(storage.bytes)
        munlock(storage.bytes.baseAddress, storage.bytes.count)
        storage.bytes.deallocate()
    }

    /// Number of bytes.
    public var count: Int { storage.bytes.count }

    /// Whether there is no byte.
    public var isEmpty: Bool { storage.bytes.isEmpty }

    /// Calls `body` with the bytes, which are valid during the call only and are not to be copied to memory that is not
    /// wiped.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    /// Whether any byte satisfies `predicate`.
    public func contains(where predicate: (UInt8) -> Bool) -> Bool {
        storage.bytes.contains(where: predicate)
    }
}

/// Overwrites `bytes` in a way the compiler does not leave out; see explicit_bzero(3).
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    explicit_bzero(start, bytes.count)
}
