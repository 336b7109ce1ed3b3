import FoundationEssentials

extension Console {
    /// Writes one JSON document to the output; its keys are those of the D-Bus interface where it has them.
    func print(json document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try print(String(decoding: encoder.encode(document), as: UTF8.self).escapedWithinJSON)
    }
}

extension String {
    /// The JSON with what would drive a terminal in its strings escaped; JSON's own escaping ends at U+001F.
    fileprivate var escapedWithinJSON: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == "\n" || scalar.isSafeOnTerminal {
                result.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    let zeros = String(repeating: "0", count: Swift.max(0, 4 - digits.count))
                    result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
                }
            }
        }
        return String(result)
    }
}
