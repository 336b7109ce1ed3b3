import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Archives that somebody who knows the password has put together anew, with GNU tar and gpg.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct TamperedArchiveTests {
    /// What is done to an extracted export before it is packed again, how it is packed, and what the verification says.
    private struct Tampering {
        let name: String
        var change = ":"
        /// The members, in this order.
        var members = "nexus-backup.json system nexus-backup.manifest"
        var options = "--format=pax --sparse"
        /// Nil where it is still intact.
        var complaint: String?
    }

    private static let tamperings = [
        Tampering(name: "nothing"),
        Tampering(name: "compressed with zstd", options: "--format=pax --sparse --zstd"),
        Tampering(
            name: "changed content",
            change: "printf X | dd of=system/b bs=1 seek=2 conv=notrunc status=none",
            complaint:
                "1 entry is not as the manifest says; the first is system/b, which has other content than was written"
        ),
        Tampering(
            name: "changed content of a file with two names",
            change: "printf X | dd of=system/c bs=1 conv=notrunc status=none",
            complaint: "2 entries are not as the manifest says; the first is system/c, which has other content"
        ),
        Tampering(
            name: "a missing file",
            change: "rm system/b",
            complaint: "2 entries are not as the manifest says; the first is system/b, which is not in the archive"
        ),
        Tampering(
            name: "an extra file",
            change: "echo x >system/bb",
            complaint:
                "2 entries are not as the manifest says; the first is system/bb, which is in the archive and not in its"
        ),
        Tampering(
            name: "an extra directory",
            change: "mkdir system/z",
            complaint: "nexus-backup.manifest, which counts something else than there is in the archive"
        ),
        Tampering(
            name: "an extra member after the manifest",
            members: "nexus-backup.json system nexus-backup.manifest system/b",
            complaint: "there is another member after its manifest"
        ),
        Tampering(
            name: "no manifest",
            members: "nexus-backup.json system",
            complaint: "the archive ends before its manifest"
        ),
        Tampering(
            name: "a manifest without its end",
            change: "sed -i '$d' nexus-backup.manifest",
            complaint: "its manifest has no end"
        ),
        Tampering(
            name: "a manifest of another form",
            change: "sed -i '1s/1/2/' nexus-backup.manifest",
            complaint: "its manifest is not one that this release knows"
        ),
        Tampering(
            name: "a manifest that goes on after its end",
            change: "echo more >>nexus-backup.manifest",
            complaint: "its manifest is not one that this release knows"
        ),
        Tampering(
            name: "no label",
            members: "system nexus-backup.manifest",
            complaint: "its first member is not nexus-backup.json"
        ),
        Tampering(
            name: "a label that is none",
            change: "echo {} >nexus-backup.json",
            complaint: "its first member, nexus-backup.json, is not understood"
        ),
        Tampering(
            name: "a hard link to what is not there",
            change: "rm system/c; ln nexus-backup.json system/c",
            members: "nexus-backup.json system nexus-backup.manifest",
            complaint: "not as the manifest says"
        ),
        Tampering(
            name: "another format",
            options: "--format=gnu"
        ),
    ]

    @Test func `what was done to an archive is found`() async throws {
        try await Place.with { place in
            try await shell(
                """
                cd '\(place.tree)'
                for name in a b d; do echo "content of $name" >$name; done
                echo shared >c; ln c cc
                truncate -s 5M holes; echo x >>holes
                touch "$(printf 'decomposed e\\314\\201')" "$(printf 'invalid\\377')" naïve
                """
            )
            try await place.makeExport()
            try await unpack(place)
            // One agent for all, as it takes its time to start; it ends with its home.
            for tampering in Self.tamperings {
                try await repack(place, tampering)
                let run = try await place.verify()
                guard let complaint = tampering.complaint else {
                    #expect(run.status == 0, "\(tampering.name): \(run)")
                    continue
                }
                #expect(run.failure?.code == .corrupt, "\(tampering.name): \(run)")
                #expect(run.failure?.message.contains(complaint) == true, "\(tampering.name): \(run)")
            }
        }
    }

    private static let gpg = "gpg --homedir ../reader --batch --quiet --pinentry-mode loopback --passphrase-fd 3"

    private func unpack(_ place: Place) async throws {
        try await shell(
            """
            mkdir -m 700 '\(place.directory)/reader' '\(place.directory)/out'
            cd '\(place.directory)/out'
            \(Self.gpg) -d '\(place.export)' 3< <(cat) >../archive.tar
            """,
            input: Place.password + "\n"
        )
    }

    /// Extracts the archive, changes what is in it, and packs it again in the order that it had.
    private func repack(_ place: Place, _ tampering: Tampering) async throws {
        try await shell(
            """
            cd '\(place.directory)/out'
            rm -rf ./*
            tar -xf ../archive.tar
            \(tampering.change)
            python3 - \(tampering.members) <<'END' >../members
            import os, sys, tarfile
            there = [m.name.encode('utf-8', 'surrogateescape') for m in tarfile.open('../archive.tar')]
            there = [name for name in there if name.startswith(b'system') and os.path.lexists(name)]
            there += sorted(b'system/' + name for name in os.listdir(b'system') if b'system/' + name not in there)
            for member in sys.argv[1:]:
                for name in there if member == 'system' else [member.encode()]: sys.stdout.buffer.write(name + b'\\0')
            END
            tar -c --no-recursion \(tampering.options) --null --verbatim-files-from -T ../members >../new.tar
            \(Self.gpg) -c --cipher-algo AES256 --compress-algo none --s2k-count 1024 --yes -o '\(place.export)' \
                ../new.tar 3< <(cat)
            """,
            input: Place.password + "\n"
        )
    }
}
