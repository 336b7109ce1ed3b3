import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A page.
    static func page(_ page: Page, _ status: HTTPResponse.Status = .ok) -> Response {
        content(page.text, type: "text/html; charset=utf-8", status)
    }

    /// A document of the API; its keys are those of the D-Bus interface where it has them.
    static func json(
        _ document: some Encodable,
        _ status: HTTPResponse.Status = .ok,
        type: String = "application/json"
    ) -> Response {
        guard let text = jsonText(document) else { return Response(status: .internalServerError) }
        return content(text, type: type, status)
    }

    /// A document as text in one line.
    static func jsonText(_ document: some Encodable) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Leads to another page, with a GET.
    static func redirection(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }

    private static func content(_ text: String, type: String, _ status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
