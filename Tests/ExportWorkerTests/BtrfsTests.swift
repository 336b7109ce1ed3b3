import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct BtrfsTests {
    @Test func `a snapshot with all that is hard to copy comes back through GNU tar and bsdtar`() async throws {
        try await withBtrfsImage(size: "40G", nodeSize: 65536) { point in
            try await Workplace.with(in: point) { workplace in
                try await TortureTree.full.make(at: workplace.tree)
                let run = try WorkerRun(workplace.request(), password: "sesame", output: workplace.output)
                #expect(await run.waitForEnd() == 0)
                #expect(run.peakKilobytes < 48 << 10)
                let leftOut = ["types/socket"]
                let extracted = try await workplace.extractWithGNUTar(to: "by-tar")
                let comparison = try TreeComparison(workplace.tree, extracted.appending("system"), ignoring: leftOut)
                #expect(comparison.differences == [])
                #expect(comparison.entryCount > 100_000)
                let target = workplace.directory.appending("by-bsdtar")
                try await shell("mkdir '\(target)'")
                try await workplace.decrypt(into: "bsdtar -xpf - --numeric-owner -C '\(target)'")
                let ignored = leftOut + TortureTree.unreadableForBsdtar
                #expect(
                    try TreeComparison(workplace.tree, target.appending("system"), ignoring: ignored).differences == []
                )
            }
        }
    }

    @Test func `a file that the disk gives back wrong fails the export, naming the file`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                """
                cd '\(directory)'; truncate -s 300M image; mkfs.btrfs -q image; mkdir fs; mount -o loop image fs
                mkdir fs/tree
                head -c 3000000 /dev/urandom >fs/tree/good
                yes a-line-to-find-again | head -c 1000000 >fs/tree/bad || true
                umount fs
                at=$(grep -obUam 1 a-line-to-find-again image | tail -1 | cut -d: -f1)
                printf X | dd of=image bs=1 seek=$((at + 4096)) conv=notrunc status=none
                mount -o loop image fs
                """
            )
            do {
                try await Workplace.with(in: directory.appending("fs")) { workplace in
                    let run = try WorkerRun(workplace.request(), password: "x", output: directory.appending("out"))
                    #expect(await run.waitForEnd() == 1)
                    guard case .failed(let failure) = run.events.last else {
                        throw TestSupportError(description: "no failure: \(run.events)")
                    }
                    #expect(failure.code == .failed)
                    #expect(failure.message.hasPrefix("system/bad could not be read"))
                }
            } catch {
                try await shell("umount '\(directory)/fs'")
                throw error
            }
            try await shell("umount '\(directory)/fs'")
        }
    }

    @Test func `what is mounted in the tree is left out and said so`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir -p '\(workplace.tree)/mounted'; mount -t tmpfs tmpfs '\(workplace.tree)/mounted'
                touch '\(workplace.tree)/mounted/file' '\(workplace.tree)/beside'
                """
            )
            let run = try WorkerRun(workplace.request(), password: "sesame", output: workplace.output)
            let status = await run.waitForEnd()
            try await shell("umount '\(workplace.tree)/mounted'")
            #expect(status == 0)
            let names = try await workplace.decrypt(into: "tar -t | sort")
            #expect(names == "nexus-backup.json\nnexus-backup.manifest\nsystem/\nsystem/beside\nsystem/mounted/\n")
            #expect(
                run.events.contains { if case .note(let note) = $0 { note.contains("system/mounted") } else { false } }
            )
        }
    }
}
