import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Web

@Suite struct QueryFieldsTests {
    private func fields(_ query: String) throws -> QueryFields {
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/x\(query)")
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        return try QueryFields(request, known: ["path", "limit"])
    }

    @Test func `bytes of any value are taken as they are`() throws {
        #expect(try fields("?path=a%2Fb+c%ff").bytes("path") == Array("a/b c".utf8) + [0xFF])
        #expect(try fields("").bytes("path") == nil)
        #expect(try fields("?path").bytes("path") == [])
        #expect(try fields("?path=a=b&limit=7").bytes("path") == Array("a=b".utf8))
        #expect(try fields("?path=%C3%BC").text("path") == "ü")
    }

    @Test func `a number has digits alone, and is in its range`() throws {
        #expect(try fields("?limit=7").number("limit", in: 1...9, default: 3) == 7)
        #expect(try fields("").number("limit", in: 1...9, default: 3) == 3)
        for value in ["0", "10", "-1", "+1", "", "1.0", "x", "99999999999999999999", "%ff"] {
            #expect(throws: Refusal.self) { try fields("?limit=\(value)").number("limit", in: 1...9, default: 3) }
        }
    }

    @Test(
        "What is not known, twice there or broken is refused",
        arguments: ["?colour=red", "?path=a&path=b", "?path=%", "?path=%4", "?path=%4x", "?%ff=1", "?=1"]
    )
    func refused(query: String) {
        #expect(throws: Refusal.self) { try fields(query) }
    }

    @Test func `what is not UTF-8 is no text`() {
        #expect(throws: Refusal.self) { try fields("?path=%ff").text("path") }
    }
}
