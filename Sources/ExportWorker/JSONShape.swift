/// The keys of a JSON document, to find those that nobody reads.
enum JSONShape: Decodable {
    case object([String: JSONShape])
    case array([JSONShape])
    case other

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            var members: [String: JSONShape] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(JSONShape.self, forKey: key)
            }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONShape] = []
            // Long arrays of numbers, as paths are, have no keys in them.
            while !container.isAtEnd {
                if (try? container.decode(Double.self)) == nil { elements.append(try container.decode(JSONShape.self)) }
            }
            self = .array(elements)
        } else {
            self = .other
        }
    }

    /// A key of this document that `other`, of the same structure, lacks.
    func firstKey(notIn other: JSONShape) -> String? {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            for (key, shape) in mine {
                guard let counterpart = theirs[key] else { return key }
                if let found = shape.firstKey(notIn: counterpart) { return found }
            }
            return nil
        case (.array(let mine), .array(let theirs)):
            return zip(mine, theirs).lazy.compactMap { $0.firstKey(notIn: $1) }.first
        default:
            return nil
        }
    }
}
