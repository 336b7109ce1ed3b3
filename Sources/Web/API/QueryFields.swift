import Hummingbird

/// The fields of a request's query, each of which may be there once; a field that is not known is refused.
struct QueryFields {
    private let values: [String: [UInt8]]

    init(_ request: Request, known: [String]) throws {
        var values: [String: [UInt8]] = [:]
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts.first ?? "").flatMap({ String(validating: $0, as: UTF8.self) }),
                let value = Self.decoded(parts.dropFirst().first ?? "")
            else { throw Refusal.invalid("The query has a % without two hexadecimal digits behind it.") }
            guard known.contains(name) else {
                let list = known.joined(separator: ", ")
                throw Refusal.invalid("The field \"\(name.prefix(64))\" of the query is not known; there are \(list).")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Refusal.invalid("The field \"\(name)\" is in the query more than once.")
            }
        }
        self.values = values
    }

    /// The bytes of a field.
    func bytes(_ name: String) -> [UInt8]? {
        values[name]
    }

    /// A field that is text.
    func text(_ name: String) throws -> String? {
        guard let bytes = values[name] else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal.invalid("The field \"\(name)\" of the query is not UTF-8.")
        }
        return text
    }

    /// A field that is a whole number in `range`.
    func number(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws -> Int {
        guard let bytes = values[name] else { return defaultValue }
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int(String(decoding: bytes, as: UTF8.self)), range.contains(number)
        else {
            throw Refusal.invalid(
                "The field \"\(name)\" of the query must be a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let high = digit(rest.removeFirst()), let low = digit(rest.removeFirst()) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte & 15
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): byte & 15 + 9
        default: nil
        }
    }
}
