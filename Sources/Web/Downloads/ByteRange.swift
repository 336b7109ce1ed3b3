/// What `Range` asks for; see RFC 9110, 14.
enum ByteRange: Equatable {
    /// All of it: the field is absent, not understood, or names several ranges, which a server may answer so.
    case whole
    /// These bytes.
    case part(Range<UInt64>)
    /// Bytes past the end.
    case unsatisfiable

    /// Looks at the field of a file of `size` bytes.
    init(_ field: String?, size: UInt64) {
        self = .whole
        guard let field, let equals = field.firstIndex(of: "="), field[..<equals].lowercased() == "bytes" else {
            return
        }
        let spec = field[field.index(after: equals)...]
        let parts = spec.split(separator: "-", omittingEmptySubsequences: false).map {
            $0.drop { $0 == " " || $0 == "\t" }
        }
        guard parts.count == 2, let first = parts.first, let last = parts.last else { return }
        switch (Self.number(first), Self.number(last)) {
        case (nil, .some(let count)) where first.isEmpty:
            self = count == 0 || size == 0 ? .unsatisfiable : .part(size - min(count, size)..<size)
        case (.some(let start), nil) where last.isEmpty:
            self = start < size ? .part(start..<size) : .unsatisfiable
        case (.some(let start), .some(let end)) where start <= end:
            self = start < size ? .part(start..<min(end, size - 1) + 1) : .unsatisfiable
        default: break
        }
    }

    /// A number of digits alone; one that is too large is as good as the largest.
    private static func number(_ text: Substring) -> UInt64? {
        let digits = text.utf8.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return UInt64(String(decoding: Array(digits), as: UTF8.self)) ?? .max
    }
}
