import BackupModel
import ExportProtocol
import ExportWorker
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import RestoreWorker

/// Archives that would have something written where it does not belong: nothing ever lands outside of the target.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct HostileArchiveTests {
    /// Runs `body` with a target, and beside it a directory that must stay as it is.
    private func withPlace(_ script: String, _ body: (Place) async throws -> Void) async throws {
        try await Place.with { place in
            let outside = place.directory.appending("outside")
            try await shell(
                "cd '\(place.directory)'; mkdir -p outside/d target; echo secret >outside/file; chmod 600 outside/file"
            )
            let before = try await describeTree(outside)
            let text = script.replacingOccurrences(of: "OUTSIDE", with: outside.string)
            try await ForgedArchive.write(text, to: place.directory.appending("archive"))
            try await body(place)
            #expect(try await describeTree(outside) == before)
            #expect(try await place.leftovers() == [])
        }
    }

    /// Restores from the archive as it comes out of gpg.
    private func unpack(_ place: Place, overwrite: Bool = false) throws -> (ArchiveCheck.Outcome, RestorationResult) {
        let account = RestorationAccount()
        let restoration = Restoration(
            origin: .export,
            destination: .directory(place.target.bytes),
            overwrite: overwrite
        )
        let destination = try Destination.open(restoration)
        let unpacking = try Unpacking(destination, restoration, account, spool: place.directory)
        let archive = try Descriptor.open(place.directory.appending("archive"), .readOnly)
        var check = try ArchiveCheck(place.request(restoration), Tally(), unpacking)
        let outcome = try check.run(archive.file)
        try unpacking.writer?.finish()
        return destination.staging.end { (outcome, account.result) }
    }

    @Test(arguments: [
        "member(b'/tmp/absolute')",
        "member(b'OUTSIDE/absolute')",
        "member(b'../outside/up')",
        "member(b'system/../../outside/up')",
        "member(b'system/..')",
        "member(b'system/./dot')",
        "member(b'system//double')",
        "member(b'system/trailing/')",
        "member(b'.')",
        "member(b'other/file')",
        "member(b'nexus-backup.json')",
        "member(b'system/link', b'1', target=b'OUTSIDE/file')",
        "member(b'system/link', b'1', target=b'../outside/file')",
        "member(b'system/link', b'1', target=b'system/../../outside/file')",
        "member(b'system/link', b'1', target=b'')",
    ])
    func `a name that leads elsewhere is refused`(member: String) async throws {
        try await withPlace("member(b'system', b'5', mode=0o755)\n\(member)") { place in
            guard case .broken = try unpack(place).0 else { throw TestSupportError(description: "it was taken") }
            #expect(try await shell("ls -A '\(place.target)/system'") == "")
        }
    }

    @Test(
        arguments: [
            // A symbolic link, and something through it.
            "member(b'system/l', b'2', target=b'OUTSIDE'); member(b'system/l/new', data=b'x')",
            "member(b'system/l', b'2', target=b'OUTSIDE'); member(b'system/l', b'5'); member(b'system/l/new', data=b'x')",
            "member(b'system/l', b'2', target=b'../../outside'); member(b'system/l/d', b'5', mode=0o777); member(b'system/l/d/x')",
            // A directory whose place a link takes.
            "member(b'system/l', b'5'); member(b'system/l', b'2', target=b'OUTSIDE'); member(b'system/l/file', data=b'x')",
            // A file over a link to a file.
            "member(b'system/f', b'2', target=b'OUTSIDE/file'); member(b'system/f', data=b'x', mode=0o4777)",
            // A hard link through a symbolic link.
            "member(b'system/l', b'2', target=b'OUTSIDE'); member(b'system/h', b'1', target=b'system/l/file')",
            // A hard link to a symbolic link, and a file over it.
            """
            member(b'system/l', b'2', target=b'OUTSIDE/file'); member(b'system/h', b'1', target=b'system/l')
            member(b'system/h', data=b'x')
            """,
            // A link that is there already.
            "member(b'system/there', b'5', mode=0o777); member(b'system/there/file', data=b'x')",
            "member(b'system/there/file', data=b'x')",
            "member(b'system/h', b'1', target=b'system/there/file')",
        ],
        [false, true]
    )
    func `nothing is written through a symbolic link`(members: String, overwrite: Bool) async throws {
        try await withPlace("member(b'system', b'5', mode=0o755)\n\(members)") { place in
            try await shell(
                "mkdir '\(place.target)/system'; ln -s '\(place.directory)/outside' '\(place.target)/system/there'"
            )
            _ = try unpack(place, overwrite: overwrite)
            #expect(try await shell("find '\(place.target)' -samefile '\(place.directory)/outside/file'") == "")
        }
    }

    @Test func `names of any bytes are names, those of this program's own kind, too`() async throws {
        let script = """
            member(b'system', b'5', mode=0o755)
            member(b'system/.nexus-restore-0000000000000', data=b'x')
            member(b'system/new\\nline', data=b'y')
            member(b'system/\\xff\\xfe', data=b'z')
            member(b'system/...', data=b'd')
            lines[1] = b'\\\\' + lines[1].replace(b'\\n', b'\\\\n')
            """
        try await Place.with { place in
            try await ForgedArchive.make(place, script)
            try await place.makeTarget()
            let run = try await place.restore()
            #expect(run.failure == nil, "\(run)")
            let text = try await shell(
                "cd '\(place.target)/system'; cat .nexus-restore-0000000000000 new* $(printf '\\377\\376') ..."
            )
            #expect(text == "xyzd")
            #expect(try place.notes().contains("create c3lzdGVtL//+"))
        }
    }

    @Test func `a name with a byte of 0 in it is refused`() async throws {
        try await withPlace("member(b'system', b'5')\nmember(b'system/x', records={b'path': b'system/a\\0b'})") {
            place in
            guard case .broken = try unpack(place).0 else { throw TestSupportError(description: "it was taken") }
        }
    }

    @Test func `of two members of the same name the first is kept, and the last replaces it where that is wanted`()
        async throws
    {
        let script =
            "member(b'system', b'5', mode=0o755); member(b'system/f', data=b'1'); member(b'system/f', data=b'22')"
        try await withPlace(script) { place in
            let first = try unpack(place).1
            #expect(first.kept == 1)
            let one = try await shell("cat '\(place.target)/system/f'")
            #expect(one == "1")
            let second = try unpack(place, overwrite: true).1
            #expect(second.replaced == 1)
            let two = try await shell("cat '\(place.target)/system/f'")
            #expect(two == "22")
        }
    }

    @Test func `a file that claims to be a tebibyte stays a hole`() async throws {
        let script = """
            member(b'system', b'5', mode=0o755)
            data = b'1\\n0\\n1\\n'.ljust(512, b'\\0') + b'x'
            member(b'system/huge', data=data, size=0, records={
                b'GNU.sparse.major': b'1', b'GNU.sparse.minor': b'0', b'GNU.sparse.name': b'system/huge',
                b'GNU.sparse.realsize': b'1099511627776'})
            digest = hashlib.sha256((0).to_bytes(8, 'big') + b'x').hexdigest().encode()
            lines.append(b'# data only: ' + digest + b'  system/huge')
            """
        try await withBtrfsImage { mountPoint in
            let place = Place(directory: mountPoint)
            try await ForgedArchive.make(place, script)
            try await place.makeTarget()
            let run = try await place.restore()
            #expect(run.failure == nil, "\(run)")
            let facts = try await shell(
                "stat -c '%s' '\(place.target)/system/huge'; du -k '\(place.target)/system/huge'"
            )
            #expect(facts.hasPrefix("1099511627776\n"))
            #expect((Int(facts.split(separator: "\n")[1].prefix { $0 != "\t" }) ?? .max) < 100)
        }
    }

    @Test func `a path of three thousand directories is restored, and what lies at its end`() async throws {
        let script = """
            path = b'system'
            member(path, b'5', mode=0o755)
            for i in range(3000):
                path += b'/d'
                member(path, b'5', mode=0o755, mtime=i)
            member(path + b'/file', data=b'deep')
            member(b'system/last', b'1', target=path + b'/file')
            line(b'system/last', b'deep')
            """
        try await Place.with { place in
            try await ForgedArchive.make(place, script)
            try await place.makeTarget()
            let run = try await place.restore()
            #expect(run.failure == nil, "\(run)")
            #expect(run.result?.restoration?.created == 3003)
            let look = """
                import os
                fd = os.open('\(place.target)/system', os.O_RDONLY)
                for i in range(3000):
                    inner = os.open('d', os.O_RDONLY, dir_fd=fd)
                    os.close(fd)
                    fd = inner
                    assert os.fstat(fd).st_mtime == i
                print(open(os.open('file', os.O_RDONLY, dir_fd=fd)).read(), os.stat('file', dir_fd=fd).st_nlink)
                """
            #expect(try await shell("/usr/bin/python3 -", input: look) == "deep 2\n")
            // Foundation would follow it down by its path.
            try await shell("rm -rf '\(place.target)'")
        }
    }
}
