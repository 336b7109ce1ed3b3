import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import RestoreWorker

/// Encrypted tars that something else has made.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct PlainArchiveTests {
    private static let tree = """
        mkdir -p tree/etc/deep tree/links; cd tree
        echo one >etc/one; ln etc/one etc/deep/two; ln -s ../etc/one links/link; mkfifo fifo
        printf '%02000d' 7 >etc/numbers; chmod 4755 etc/numbers; chown 12:34 etc/deep; chmod 2770 etc/deep
        long=$(printf 'n%.0s' {1..90}); mkdir etc/$long; touch etc/$long/$long 'links/with space'
        touch "$(printf 'invalid\\377')"; head -c 100000 /dev/urandom >noise
        find . -exec touch -h -d @1700000000 {} +
        """

    /// Runs `body` with a file that `script` has left as `archive`, encrypted; it is run where the tree `tree` is.
    private func withArchive(_ script: String, _ body: (Place) async throws -> Void) async throws {
        try await Place.with { place in
            try await shell("cd '\(place.directory)'; (\(Self.tree)); mkdir target outside; \(script)")
            try await ForgedArchive.encrypt(place)
            try await body(place)
            #expect(try await place.leftovers() == [])
            #expect(try await shell("ls -A '\(place.directory)/outside'") == "")
        }
    }

    /// Writes the members of a tar by Python, which is let to write what tar does not.
    private static func python(_ script: String) -> String {
        """
        /usr/bin/python3 - <<'END'
        import io, tarfile
        tar = tarfile.open('archive', 'w', format=tarfile.GNU_FORMAT)
        def member(name, data=b'', **more):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), 1700000000
            for key, value in more.items(): setattr(entry, key, value)
            tar.addfile(entry, io.BytesIO(data))
        \(script)
        tar.close()
        END
        """
    }

    private func run(_ place: Place, _ restoration: Restoration?) async throws -> RestoreRun {
        var request = try restoration.map { try place.request($0) } ?? place.request(nil)
        request.id = 0
        request.acceptsAnyArchive = true
        let line = try String(decoding: JSONEncoder().encode(request), as: UTF8.self)
        return try await place.run("nexus-restore", "\(line)\n\(Place.password)\n", output: "/dev/null")
    }

    private func restore(
        _ place: Place,
        _ paths: [String] = [],
        overwrite: Bool = false,
        isDryRun: Bool = false
    ) async throws -> RestoreRun {
        let paths = paths.map { Array($0.utf8) }
        return try await run(
            place,
            Restoration(
                origin: .export,
                paths: paths,
                destination: .directory(place.target.bytes),
                overwrite: overwrite,
                isDryRun: isDryRun
            )
        )
    }

    @Test(arguments: [
        "--format=gnu", "--format=posix", "--format=ustar", "--format=posix --zstd", "--format=gnu --gzip",
        "--format=gnu --bzip2", "--format=posix --xz",
    ])
    func `a tar of any common format is restored as it was, and found to have no manifest`(options: String) async throws
    {
        try await withArchive("tar -c \(options) -f archive tree") { place in
            let verified = try await run(place, nil)
            #expect(verified.result?.hasManifest == false && verified.result?.entryCount == 14, "\(verified)")
            let run = try await restore(place)
            #expect(run.failure == nil && run.result?.hasManifest == false, "\(run)")
            #expect(run.result?.restoration?.created == 14)
            let restored = try await describeTree(place.target.appending("tree"))
            #expect(try await restored == describeTree(place.tree))
        }
    }

    @Test(arguments: ["-C tree .", "-C / -P DIRECTORY/tree", "-C / DIRECTORY/tree ./DIRECTORY/tree//etc"])
    func `names are those that tar would give`(what: String) async throws {
        let script = "what='\(what)'; tar -c -f archive ${what//DIRECTORY/$PWD}"
        try await withArchive(script) { place in
            let run = try await restore(place)
            #expect(run.failure == nil, "\(run)")
            let top = what.contains("DIRECTORY") ? "\(place.target)\(place.tree)" : place.target.string
            for name in ["etc", "links"] {
                let restored = try await describeTree(FilePath("\(top)/\(name)"))
                #expect(try await restored == describeTree(place.tree.appending(name)))
            }
            // What is restored to is somebody's, and stays as it is.
            #expect(try await shell("stat -c %Y '\(place.target)'") != "1700000000\n")
        }
    }

    @Test func `what is selected is restored, also where its directories have no entries`() async throws {
        try await withArchive(Self.python("member('a/b/c', b'x'); member('a/d', b'y'); member('./a/b/e/f', b'z')")) {
            place in
            let none = try await restore(place, ["a/none"])
            #expect(none.failure?.code == .notFound, "\(none)")
            let part = try await restore(place, ["a/b"])
            #expect(part.failure == nil && part.result?.restoration?.created == 2, "\(part)")
            #expect(try await shell("cd '\(place.target)'; cat b/c b/e/f; ls") == "xzb\n")
            let dry = try await restore(place, isDryRun: true)
            #expect(dry.failure == nil && dry.result?.restoration?.created == 3, "\(dry)")
            let all = try await restore(place)
            #expect(all.failure == nil, "\(all)")
            #expect(try await shell("cd '\(place.target)'; cat a/b/c a/d a/b/e/f; stat -c %a a a/b") == "xyz755\n755\n")
        }
    }

    @Test func `a hard link to what was not selected gets its content`() async throws {
        let script = "member('./a/one', b'shared'); member('./b/two', type=tarfile.LNKTYPE, linkname='./a/one')"
        try await withArchive(Self.python(script)) { place in
            let run = try await restore(place, ["b"])
            #expect(run.failure == nil, "\(run)")
            #expect(try await shell("cat '\(place.target)/b/two'") == "shared")
        }
    }

    @Test(arguments: [
        "member('../outside/x')", "member('a/../../outside/x')", "member('..')",
        "member('a', type=tarfile.LNKTYPE, linkname='../outside')",
    ])
    func `a name that leads elsewhere is refused`(script: String) async throws {
        try await withArchive(Self.python(script)) { place in
            let run = try await restore(place, overwrite: true)
            #expect(run.failure?.code == .corrupt && run.failure?.message.contains("leads elsewhere") == true, "\(run)")
        }
    }

    @Test(arguments: [false, true])
    func `directories that are not in it are not made through a symbolic link`(overwrite: Bool) async throws {
        let script = "member('l', type=tarfile.SYMTYPE, linkname='../outside'); member('l/new/x', b'x')"
        try await withArchive(Self.python(script)) { place in
            let run = try await restore(place, overwrite: overwrite)
            #expect(run.failure?.message.contains("1 entry was not restored") == true, "\(run)")
            #expect(try await shell("readlink '\(place.target)/l'") == "../outside\n")
        }
    }

    @Test(arguments: [
        ("echo this is no tar >archive", "can't be read"), ("tar -c -f archive -T /dev/null", "nothing in it"),
    ])
    func `what is no tar, or an empty one, is told`(script: String, complaint: String) async throws {
        try await withArchive(script) { place in
            let run = try await run(place, nil)
            #expect(run.failure?.code == .corrupt && run.failure?.message.contains(complaint) == true, "\(run)")
        }
    }

    @Test func `an export is compared with its manifest all the same`() async throws {
        try await Place.with { place in
            try await ForgedArchive.make(
                place,
                "member(b'system', b'5'); member(b'system/x', data=b'x'); lines[-1] = b'0' * 64 + b'  system/x'"
            )
            let run = try await run(place, nil)
            #expect(run.failure?.message.contains("not as the manifest says") == true, "\(run)")
        }
    }
}
