import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Exports that real workers have made, verified by real workers; and what becomes of them when somebody changes them.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct VerificationTests {
    /// A tree whose export has some of everything a manifest has lines about.
    private func makeTree(_ place: Place) async throws {
        try await shell(
            """
            cd '\(place.tree)'
            echo one >one
            ln one 'another name'
            : >empty
            head -c 3000000 /dev/urandom >noise
            ln noise "$(printf 'odd\\n name\\\\')"
            ln -s one link
            mkfifo fifo
            ln fifo fifo-too
            truncate -s 3M holes; echo x >>holes
            truncate -s 3T terabytes; printf x | dd of=terabytes bs=1 seek=2000000000000 conv=notrunc status=none
            ln terabytes terabytes-too
            mkdir directory
            echo in >directory/file
            """
        )
    }

    private func change(_ place: Place, at offset: Int) async throws {
        var data = try Data(contentsOf: URL(filePath: place.export.string))
        data[offset < 0 ? data.count + offset : offset] ^= 1
        try data.write(to: URL(filePath: place.export.string))
    }

    @Test(arguments: [false, true])
    func `an export of a tree with everything difficult in it is intact`(_ isCompressed: Bool) async throws {
        try await Place.with { place in
            try await shell("rmdir '\(place.tree)'")
            try await TortureTree.small.make(at: place.tree)
            let record = try await place.makeExport(isCompressed: isCompressed)
            let run = try await place.verify(record)
            #expect(run.status == 0 && run.failure == nil, "\(run)")
            #expect(run.result?.entryCount == record.entryCount)
            #expect(run.result?.sha256 == record.sha256)
            #expect(run.progress.last?.bytesDone == record.size)
            #expect(run.progress.last?.filesDone == record.entryCount)
            let other = try await place.verify(nil)
            #expect(other.status == 0, "\(other)")
        }
    }

    @Test func `a bit flipped anywhere is found, and is no wrong password`() async throws {
        try await Place.with { place in
            try await makeTree(place)
            let record = try await place.makeExport()
            for offset in [0, 1, 3, 5, 8, 14, 17, 30, 45, 600, 1_500_000, -3000, -22, -1] {
                try await change(place, at: offset)
                let failure = try await place.failure(record)
                #expect(failure.code == .corrupt, "\(offset): \(failure)")
                #expect(failure.message.hasPrefix("The export of snapshot 7 is damaged: "), "\(offset): \(failure)")
                try await change(place, at: offset)
            }
            // What gpg can tell without a record.
            try await change(place, at: 1_500_000)
            let failure = try await place.failure()
            #expect(failure.code == .corrupt)
            #expect(
                failure.message.contains("it was changed after it was encrypted; 2 entries are not as"),
                "\(failure)"
            )
            #expect(
                failure.message.contains(#"odd\n name\\, which has other content"#)
                    || failure.message.contains("system/noise, which has other content"),
                "\(failure)"
            )
        }
    }

    @Test func `an export that was cut off anywhere is damaged`() async throws {
        try await Place.with { place in
            try await makeTree(place)
            let record = try await place.makeExport()
            for size in [record.size - 1, record.size - 22, record.size - 5000, 1_000_000, 700, 40, 10, 1, 0] {
                try await shell("truncate -s \(size) '\(place.export)'")
                for record in [record, nil] {
                    let failure = try await place.failure(record)
                    #expect(failure.code == .corrupt, "\(size): \(failure)")
                }
            }
        }
    }

    @Test func `a wrong password is told as one`() async throws {
        try await Place.with { place in
            try await makeTree(place)
            let record = try await place.makeExport()
            for record in [record, nil] {
                let failure = try await place.failure(record, password: "wrong")
                #expect(failure.code == .badPassword)
                #expect(failure.message == "The password does not open the export of snapshot 7.")
            }
        }
    }

    @Test func `the export of another snapshot under this name is told as one`() async throws {
        try await Place.with { place in
            try await makeTree(place)
            let record = try await place.makeExport(id: 7)
            try await place.makeExport(id: 8)
            let failure = try await place.failure(record)
            #expect(failure.code == .corrupt)
            #expect(failure.message == "The file of snapshot 7 holds the export of snapshot 8, not of 7.")
        }
    }

    @Test func `bytes after the export are found`() async throws {
        try await Place.with { place in
            try await makeTree(place)
            let record = try await place.makeExport()
            try await shell("head -c 100 /dev/urandom >>'\(place.export)'")
            let failure = try await place.failure(record)
            #expect(failure.code == .corrupt, "\(failure)")
        }
    }

    @Test func `an export to public keys only says that no password opens it`() async throws {
        try await Place.with { place in
            let key = try await shell(
                """
                export GNUPGHOME='\(place.directory)/keys'
                mkdir -m 700 "$GNUPGHOME"
                trap 'gpgconf --kill all' EXIT
                gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key one default 2>/dev/null
                gpg --armor --export one
                """
            )
            try await makeTree(place)
            let record = try await place.makeExport(recipients: [key], hasPassword: false)
            let failure = try await place.failure(record)
            #expect(failure.code == .unsupported)
            #expect(failure.message.contains("is encrypted to public keys only, and no password opens it"))
            let both = try await place.makeExport(recipients: [key])
            #expect(try await place.verify(both).status == 0)
            let wrong = try await place.failure(both, password: "wrong")
            #expect(wrong.code == .badPassword, "\(wrong)")
        }
    }

    @Test func `what is no file is no export`() async throws {
        try await Place.with { place in
            #expect(try await place.failure().code == .notFound)
            try await shell("mkfifo '\(place.export)'")
            #expect(try await place.failure().message.contains("no regular file"))
            try await shell("rm '\(place.export)'; echo x >'\(place.directory)/x'; ln -s x '\(place.export)'")
            #expect(try await place.failure().message.contains("can't be opened"))
            try await shell("rm '\(place.export)'; echo nonsense >'\(place.export)'")
            #expect(try await place.failure().code == .corrupt)
        }
    }
}
