import BackupModel
import HTTPTypes
import Hummingbird
import Testing

@testable import Web

@Suite struct DownloadHeadTests {
    private static let sum = String(repeating: "0123456789abcdef", count: 4)
    private let export = ExportSummary(
        id: 7,
        path: "/b/nexus_backup_7.tar.gpg",
        name: "nexus_backup_7.tar.gpg",
        size: 100,
        created: 784_111_777,
        sha256: sum,
        description: "",
        snapshotExists: true,
        isVerified: false
    )

    private func response(_ headers: HTTPFields) -> Response {
        DownloadHead(export, size: 100, headers).response { _ in ResponseBody() }
    }

    @Test("All of a file is described by its length, its sum and its name")
    func whole() {
        let response = response([:])
        #expect(response.status == .ok)
        #expect(response.headers[.contentLength] == "100")
        #expect(response.headers[.eTag] == "\"sha256-\(Self.sum)\"")
        #expect(
            HTTPField.Name("Repr-Digest").flatMap { response.headers[$0] }
                == "sha-256=:ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=:"
        )
        #expect(response.headers[.contentDisposition] == "attachment; filename=\"nexus_backup_7.tar.gpg\"")
        #expect(response.headers[.lastModified] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(response.headers[.acceptRanges] == "bytes")
    }

    @Test("A part says which, and what is past the end how long the file is")
    func parts() {
        let part = response([.range: "bytes=10-19"])
        #expect(part.status == .partialContent)
        #expect(part.headers[.contentRange] == "bytes 10-19/100")
        #expect(part.headers[.contentLength] == "10")
        let past = response([.range: "bytes=100-"])
        #expect(past.status == .rangeNotSatisfiable)
        #expect(past.headers[.contentRange] == "bytes */100")
    }

    @Test("Conditions come before ranges")
    func conditions() {
        let tag = "\"sha256-\(Self.sum)\""
        #expect(response([.ifNoneMatch: tag, .range: "bytes=0-1"]).status == .notModified)
        #expect(response([.ifMatch: "\"x\"", .range: "bytes=0-1"]).status == .preconditionFailed)
        #expect(response([.ifRange: "\"x\"", .range: "bytes=0-1"]).status == .ok)
        #expect(response([.ifRange: tag, .range: "bytes=0-1"]).status == .partialContent)
    }
}
