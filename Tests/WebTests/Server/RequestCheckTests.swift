import NIOHTTP1
import Testing

@testable import Web

@Suite struct RequestCheckTests {
    private func refusal(_ headers: HTTPHeaders, uri: String = "/", version: HTTPVersion = .http1_1)
        -> HTTPResponseStatus?
    {
        RequestCheck.refusal(
            of: HTTPRequestHead(version: version, method: .POST, uri: uri, headers: headers),
            bodyLimit: 100
        )
    }

    @Test("A plain request is fine")
    func fine() {
        #expect(refusal(["Host": "a", "Content-Length": "100"]) == nil)
        #expect(refusal(["Host": "a", "Transfer-Encoding": "chunked"]) == nil)
        #expect(refusal([:], version: .http1_0) == nil)
    }

    @Test(
        "What can be understood in two ways is refused",
        arguments: [
            ["Content-Length": "5", "Transfer-Encoding": "chunked"], ["Content-Length": "+5"],
            ["Content-Length": "0x5"],
            ["Content-Length": ""], ["Content-Length": "5, 5"], ["Host": "b"],
        ] as [HTTPHeaders]
    )
    func ambiguous(headers: HTTPHeaders) {
        var all: HTTPHeaders = ["Host": "a"]
        all.add(contentsOf: headers)
        #expect(refusal(all) == .badRequest)
    }

    @Test("Fields that are there twice are refused")
    func twice() {
        #expect(refusal([("Host", "a"), ("Content-Length", "5"), ("Content-Length", "5")].headers) == .badRequest)
        #expect(
            refusal([("Host", "a"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")].headers)
                == .badRequest
        )
        #expect(refusal([:]) == .badRequest)
    }

    @Test("Other encodings, and chunks in HTTP/1.0, are refused")
    func encodings() {
        #expect(refusal(["Host": "a", "Transfer-Encoding": "gzip, chunked"]) == .notImplemented)
        #expect(refusal(["Transfer-Encoding": "chunked"], version: .http1_0) == .badRequest)
    }

    @Test("Bodies and targets have a limit")
    func limits() {
        #expect(refusal(["Host": "a", "Content-Length": "101"]) == .payloadTooLarge)
        #expect(refusal(["Host": "a", "Content-Length": "99999999999999999999"]) == .payloadTooLarge)
        #expect(refusal(["Host": "a"], uri: "/" + String(repeating: "a", count: 5000)) == .uriTooLong)
        #expect(refusal(["Host": "a"], uri: "http://b/") == .badRequest)
        #expect(refusal(["Host": "a"], uri: "/\u{e9}") == .badRequest)
    }
}

extension [(String, String)] {
    fileprivate var headers: HTTPHeaders { HTTPHeaders(self) }
}
