import BackupModel
import Foundation
import Testing

@testable import Documents

@Suite struct RestoredDocumentTests {
    @Test func `targets are told with the directory they are names in, and as text`() {
        var summary = RestoreSummary()
        summary.targets = [Array("hosts".utf8), Array("/etc/hosts".utf8), [0x66, 0xFF]]
        #expect(RestoredDocument(summary).targets == ["hosts", "/etc/hosts", "f\\xff"])
        let targets = RestoredDocument(summary, below: Array("/mnt".utf8)).targets
        #expect(targets == ["/mnt/hosts", "/etc/hosts", "/mnt/f\\xff"])
        #expect(RestoredDocument.absolute(Array("x".utf8), below: Array("/".utf8)) == Array("/x".utf8))
    }
}
