import FoundationEssentials

extension Console {
    /// Writes one JSON document to the output; its keys are those of the D-Bus interface where it has them.
    func print(json document: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try print(String(decoding: encoder.encode(document), as: UTF8.self))
    }
}
