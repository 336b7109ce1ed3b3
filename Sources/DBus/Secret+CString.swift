import Glibc
import Linux

extension Secret {
    /// Calls `body` with the bytes and a terminating NUL, in memory that is wiped afterwards.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 1, alignment: 1)
        defer {
            if let start = copy.baseAddress { explicit_bzero(start, copy.count) }
            copy.deallocate()
        }
        withBytes { copy.copyBytes(from: $0) }
        copy[count] = 0
        return copy.withMemoryRebound(to: CChar.self) { characters in
            characters.baseAddress.map { body($0) } ?? body("")
        }
    }
}
