import HTTPTypes
import Testing

@testable import Web

@Suite struct PreconditionsTests {
    private static let tag = "\"sha256-abc\""
    private static let moment = HTTPDate(seconds: 784_111_777)
    private static let later = "Sun, 06 Nov 1994 08:49:38 GMT"
    private static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"

    private func outcome(_ headers: HTTPFields, tag: String? = tag) -> Preconditions.Outcome {
        Preconditions.outcome(headers, entityTag: tag, lastModified: Self.moment)
    }

    @Test("If-Match compares strongly")
    func ifMatch() {
        #expect(outcome([.ifMatch: Self.tag]) == .proceed)
        #expect(outcome([.ifMatch: "\"x\", \(Self.tag) "]) == .proceed)
        #expect(outcome([.ifMatch: "*"]) == .proceed)
        #expect(outcome([.ifMatch: "W/\(Self.tag)"]) == .failed)
        #expect(outcome([.ifMatch: "\"x\""]) == .failed)
        #expect(outcome([.ifMatch: Self.tag], tag: nil) == .failed)
    }

    @Test("If-None-Match compares weakly, and goes before If-Modified-Since")
    func ifNoneMatch() {
        #expect(outcome([.ifNoneMatch: Self.tag]) == .notModified)
        #expect(outcome([.ifNoneMatch: "W/\(Self.tag)"]) == .notModified)
        #expect(outcome([.ifNoneMatch: "*"]) == .notModified)
        #expect(outcome([.ifNoneMatch: "\"x\""]) == .proceed)
        #expect(outcome([.ifNoneMatch: "\"x\"", .ifModifiedSince: Self.later]) == .proceed)
    }

    @Test("Dates are compared, and what is no date is ignored")
    func dates() {
        #expect(outcome([.ifModifiedSince: Self.same]) == .notModified)
        #expect(outcome([.ifModifiedSince: Self.earlier]) == .proceed)
        #expect(outcome([.ifUnmodifiedSince: Self.earlier]) == .failed)
        #expect(outcome([.ifUnmodifiedSince: Self.same]) == .proceed)
        #expect(outcome([.ifModifiedSince: "yesterday"]) == .proceed)
    }

    @Test("A range is heeded only for the very file that If-Range names")
    func ifRange() {
        func isAllowed(_ headers: HTTPFields) -> Bool {
            Preconditions.allowRange(headers, entityTag: Self.tag, lastModified: Self.moment)
        }
        #expect(isAllowed([:]))
        #expect(isAllowed([.ifRange: Self.tag]))
        #expect(isAllowed([.ifRange: Self.same]))
        for field in ["\"x\"", "W/\(Self.tag)", Self.later, Self.earlier, "x"] {
            #expect(!isAllowed([.ifRange: field]))
        }
    }

    @Test("Moments are written and read", arguments: [0, 951_782_400, 784_111_777, 4_107_542_399, 253_402_300_799])
    func moments(seconds: Int64) {
        #expect(HTTPDate(HTTPDate(seconds: seconds).text)?.seconds == seconds)
    }

    @Test("A moment is written as RFC 9110 has it")
    func example() {
        #expect(Self.moment.text == Self.same)
        #expect(HTTPDate(seconds: 951_782_400).text == "Tue, 29 Feb 2000 00:00:00 GMT")
        for text in [
            "", "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            #expect(HTTPDate(text) == nil)
        }
    }
}
