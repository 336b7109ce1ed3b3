import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Web

@Suite struct RequestBodyTests {
    private struct Order: RequestDocument, Equatable {
        static let fields: Set = ["id", "text", "flag"]

        var id: UInt32
        var text: String?
        var flag: Bool
    }

    private func decode(_ body: String, type: String? = "application/json") async throws -> Order {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/")
        if let type { head.headerFields[.contentType] = type }
        return try await Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))).document()
    }

    private func refusal(_ body: String, type: String? = "application/json") async -> Refusal? {
        do {
            _ = try await decode(body, type: type)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test func `what is as it should be is decoded`() async throws {
        #expect(try await decode(#"{"id":7,"text":"a","flag":true}"#) == Order(id: 7, text: "a", flag: true))
        #expect(try await decode(#" {"flag":false,"id":1} "#) == Order(id: 1, text: nil, flag: false))
        #expect(try await decode(#"{"id":7,"flag":true}"#, type: "Application/JSON; charset=utf-8").id == 7)
    }

    @Test(
        "What is wrong is refused by name",
        arguments: [
            (#"{"id":7,"flag":true,"colour":1}"#, "colour"), (#"{"flag":true}"#, "\"id\" is missing"),
            (#"{"id":"7","flag":true}"#, "\"id\""), (#"{"id":-1,"flag":true}"#, "range"),
            (#"{"id":4294967296,"flag":true}"#, "range"), (#"{"id":1.5,"flag":true}"#, "range"),
            (#"{"id":7,"flag":1}"#, "\"flag\""), (#"{"id":7,"flag":null}"#, "\"flag\""), ("[]", "object"),
            ("null", "object"), ("", "not JSON"), ("{", "not JSON"), (#"{"id":7,"flag":true}}"#, "not JSON"),
        ]
    )
    func refused(body: String, word: String) async {
        let refusal = await refusal(body)
        #expect(refusal?.status == .badRequest && refusal?.code == "InvalidArgs")
        #expect(refusal?.message.contains(word) == true, "\(refusal?.message ?? "accepted")")
    }

    @Test(
        "Only JSON is taken",
        arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "application/json5"]
    )
    func otherTypes(type: String?) async {
        #expect(await refusal(#"{"id":7,"flag":true}"#, type: type)?.status == .unsupportedMediaType)
    }
}
