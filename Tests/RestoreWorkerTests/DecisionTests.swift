import ExportProtocol
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import RestoreWorker

@Suite(.serialized, .timeLimit(.minutes(1)))
struct DecisionTests {
    /// Decides about an entry like the file that `script` makes, once it is as `change` leaves it.
    private func decide(
        _ script: String,
        _ change: String,
        overwrite: Bool,
        kind: (inout BackupEntry) -> Void = { _ in }
    ) async throws -> RestorationNote.Action {
        try await withTemporaryDirectory { path in
            try await shell("cd '\(path)'; \(script)")
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            let before = try FileAttributes(of: EntryPath("x"), in: directory.file)
            var entry = try #require(BackupEntry(path: [0x78], before))
            kind(&entry)
            try await shell("cd '\(path)'; \(change)")
            let existing = try directory.statusIfThere(of: "x")
            return Decision(entry, over: existing, overwrite: overwrite).action
        }
    }

    @Test(arguments: [
        ("touch x", "rm x", "create", "create"), ("touch x", ":", "keep", "unchanged"),
        ("touch x", "touch -d 2001-01-01 x", "keep", "replace"), ("touch x", "chmod 700 x", "keep", "replace"),
        ("touch -d 2001-01-01 x", "echo >x; touch -d 2001-01-01 x", "keep", "replace"),
        ("touch x", "rm x; mkdir x", "conflict", "conflict"), ("mkdir x", "rmdir x; touch x", "conflict", "conflict"),
        ("mkdir x", "rmdir x; ln -s . x", "conflict", "conflict"), ("mkdir x", ":", "unchanged", "unchanged"),
        ("mkdir x", "chmod 700 x; chmod 701 x", "unchanged", "replace"),
        ("touch x", "rm x; ln -s y x", "keep", "replace"), ("mkfifo x", ":", "keep", "unchanged"),
    ])
    func `what is there decides`(script: String, change: String, kept: String, overwritten: String) async throws {
        #expect(try await decide(script, change, overwrite: false).rawValue == kept)
        #expect(try await decide(script, change, overwrite: true).rawValue == overwritten)
    }
}
