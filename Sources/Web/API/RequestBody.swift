import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// What a request's body is decoded to: an object with these fields and no others.
protocol RequestDocument: Decodable {
    static var fields: Set<String> { get }
}

extension Request {
    /// The body as `Document`.
    ///
    /// - Throws: a refusal that names what is wrong with it.
    func document<Document: RequestDocument>(_ type: Document.Type = Document.self) async throws -> Document {
        guard headers[.contentType]?.split(separator: ";").first?.lowercased() == "application/json" else {
            throw Refusal(
                status: .unsupportedMediaType,
                code: "InvalidArgs",
                message: "The body must be JSON, and be sent with the Content-Type application/json."
            )
        }
        var body = try await body.collect(upTo: WebContext.bodyLimit)
        let bytes = body.readBytes(length: body.readableBytes) ?? []
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Refusal.invalid("The body is not UTF-8.") }
        let data = Data(bytes)
        let decoder = JSONDecoder()
        var isJSON = false
        do {
            let names = try decoder.decode(FieldNames.self, from: data).names
            isJSON = true
            guard let unknown = names.filter({ !Document.fields.contains($0) }).min() else {
                return try decoder.decode(Document.self, from: data)
            }
            let known = Document.fields.sorted().joined(separator: ", ")
            throw Refusal.invalid("The field \"\(String(unknown.prefix(64)))\" is not known; there are \(known).")
        } catch let error as DecodingError {
            throw Refusal.invalid(error.sentence(isJSON: isJSON))
        }
    }
}

extension Refusal {
    /// A refusal of what is not as it should be.
    static func invalid(_ message: String) -> Refusal {
        Refusal(status: .badRequest, code: "InvalidArgs", message: message)
    }
}

/// The names of an object's fields.
private struct FieldNames: Decodable {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            nil
        }
    }

    let names: [String]

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)
    }
}

extension DecodingError {
    fileprivate func sentence(isJSON: Bool) -> String {
        switch self {
        case .keyNotFound(let key, _): "The field \"\(key.stringValue)\" is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            Self.field(context).map { "The field \"\($0)\" has a value of another type than it should have." }
                ?? "The body must be a JSON object."
        case .dataCorrupted(let context):
            // Which field holds a number that does not fit, the decoder does not tell.
            Self.field(context).map { "The field \"\($0)\" has a value that is out of range." }
                ?? (isJSON ? "A number in the body is out of range." : "The body is not JSON.")
        @unknown default: "The body could not be understood."
        }
    }

    private static func field(_ context: Context) -> String? {
        context.codingPath.isEmpty ? nil : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
