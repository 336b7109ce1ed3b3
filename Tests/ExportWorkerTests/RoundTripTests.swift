import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct RoundTripTests {
    /// What no tar holds.
    private let leftOut = ["types/socket"]

    @Test func `stock gpg and GNU tar give back every entry`() async throws {
        try await Workplace.with { workplace in
            try await TortureTree.small.make(at: workplace.tree)
            let result = try await workplace.export()
            let extracted = try await workplace.extractWithGNUTar(to: "extracted")
            let comparison = try TreeComparison(workplace.tree, extracted.appending("system"), ignoring: leftOut)
            #expect(comparison.differences == [])
            #expect(comparison.entryCount > 150)
            #expect(UInt64(comparison.entryCount) == result.entryCount)
            #expect(result.leftOut == ["system/types/socket (a socket)"])
            #expect(result.leftOutCount == 1)
        }
    }

    @Test func `bsdtar gives back every entry`() async throws {
        try await Workplace.with { workplace in
            try await TortureTree.small.make(at: workplace.tree)
            try await workplace.export()
            let target = workplace.directory.appending("extracted")
            try await shell("mkdir '\(target)'")
            try await workplace.decrypt(into: "bsdtar -xpf - --numeric-owner -C '\(target)'")
            let ignored = leftOut + TortureTree.unreadableForBsdtar
            let comparison = try TreeComparison(workplace.tree, target.appending("system"), ignoring: ignored)
            #expect(comparison.differences == [])
            #expect(comparison.entryCount > 150)
        }
    }

    @Test func `the digest, the size and the number of entries are those of the file`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; head -c 5000001 /dev/urandom >'\(workplace.tree)/file'")
            let result = try await workplace.export()
            let digest = try await shell("sha256sum <'\(workplace.output)' | cut -d' ' -f1 | tr -d '\\n'")
            #expect(result.sha256 == digest)
            let size = try await shell("stat -c %s '\(workplace.output)' | tr -d '\\n'")
            #expect(result.byteCount == UInt64(size))
            #expect(result.entryCount == 2)
        }
    }

    @Test func `the first member says what the export is`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'")
            let request = workplace.request()
            try await workplace.export(request)
            #expect(
                try await workplace.decrypt(into: "tar -t") == "nexus-backup.json\nsystem/\nnexus-backup.manifest\n"
            )
            let text = try await workplace.decrypt(into: "tar -xO nexus-backup.json")
            #expect(text.contains("\"description\" : \"before the update\",\n"))
            #expect(try JSONDecoder().decode(ExportLabel.self, from: Data(text.utf8)) == request.label)
        }
    }

    @Test func `with zstd the archive inside is smaller and the same`() async throws {
        try await Workplace.with { workplace in
            try await shell("cp -a /usr/include '\(workplace.tree)'")
            let plain = try await workplace.export()
            let request = workplace.request(compression: .zstd)
            try await shell("rm -r '\(workplace.home)'; mkdir -m 700 '\(workplace.home)'")
            let compressed = try await workplace.export(request)
            #expect(compressed.byteCount < plain.byteCount / 3)
            let extracted = try await workplace.extractWithGNUTar(to: "extracted", options: "--zstd")
            #expect(try TreeComparison(workplace.tree, extracted.appending("system")).differences == [])
        }
    }

    @Test(arguments: ["naïve 日本語 password", String(repeating: "x", count: 255), " ", "-"])
    func `a password of any characters opens the export`(_ password: String) async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'")
            try await workplace.export(password: password)
            #expect(try await workplace.decrypt(password: password, into: "tar -t").hasPrefix("nexus-backup.json\n"))
        }
    }

    @Test func `a tree deeper than a path may be long is in the archive, and said to need care`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir '\(workplace.tree)'; cd '\(workplace.tree)'
                name=$(head -c 200 /dev/zero | tr '\\0' d)
                for i in $(seq 60); do mkdir $name beside; echo $i >beside/file; cd $name; done
                echo bottom >bottom; ln -s "$name/$name" link; ln bottom linked
                """
            )
            let run = try WorkerRun(workplace.request(), password: "sesame", output: workplace.output)
            #expect(await run.waitForEnd() == 0)
            let names = try await workplace.decrypt(into: "tar -t").split(separator: "\n")
            #expect(names.count == 186)
            let deepest = try #require(names.first { $0.hasSuffix("/bottom") })
            #expect(deepest.utf8.count == 12_073)
            #expect(try await workplace.decrypt(into: "tar -xO | grep -cx bottom") == "1\n")
            let notes = run.events.compactMap { if case .note(let note) = $0 { note } else { nil } }
            #expect(notes.filter { $0.hasPrefix("121 entries have paths longer than 4095 bytes") }.count == 1)
        }
    }
}
