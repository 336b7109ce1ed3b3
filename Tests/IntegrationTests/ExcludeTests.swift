import BackupModel
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// What the configuration excludes, from the file to what gpg and tar make of the export.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ExcludeTests {
    private static let contents = """
        mkdir -p system/var/cache/apt system/tmp/deep system/home/u/.cache/x system/skip/me system/own/backups
        touch system/var/cache/apt/{a,b} system/tmp/deep/x system/home/u/.cache/x/y system/home/u/{keep,drop.tmp,keep.tmp}
        touch system/skip/me/.nobackup system/skip/me/now system/own/{backups/earlier,other} data/drop.tmp
        printf 'Signature: 8a477f597d28d172789f06886806bc55' > system/home/u/.cache/CACHEDIR.TAG
        """

    private static let sources = """
        [[source]]
        name = "system"
        path = "/broot/system"
        kind = "system"
        exclude = ["/var/cache/*", "*.tmp", "/tmp/", "!keep.tmp"]
        exclude_caches = true
        exclude_marked = true
        [[source]]
        name = "data"
        path = "/broot/data"
        kind = "data"
        """

    private func storage(backups: String) -> String {
        "[storage]\nsnapshots = '/broot/system/own/snapshots'\nbackups = '\(backups)'\n"
    }

    /// The entry of this name in a directory that is being exported, without what is the same in every test.
    private func leftOut(_ id: SnapshotID, in directory: FilePath) throws -> [String] {
        struct Record: Decodable {
            let leftOut: [String]
        }
        let file = directory.appending("nexus_backup_\(id).json")
        return try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(filePath: file.string))).leftOut
    }

    @Test(arguments: TestFilesystem.allCases)
    func `an export lacks what the configuration excludes and the product's own directories, and tells so`(
        filesystem: TestFilesystem
    ) async throws {
        try await withService(polkit: false, filesystem: filesystem) { service in
            let file = service.root.appending("config.toml")
            try await shell("cd \(service.root)/broot; \(Self.contents)")
            try await shell("cat > \(file)", input: storage(backups: "/broot/backups") + Self.sources)
            let id = try await service.withDaemon(options: ["--config", file.string]) { _ in
                try await service.createSnapshot()
            }
            // What was nobody's when the snapshot was taken is the product's own now.
            try await shell("cat > \(file)", input: storage(backups: "/broot/system/own/backups") + Self.sources)
            try await service.withDaemon(options: ["--config", file.string]) { _ in
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("x")])
                #expect(try await service.untilExported(id).result == "done")
            }
            let own = service.root.appending("broot/system/own")
            #expect(try await shell("ls \(own)/snapshots/\(id)/system/own/backups") == "earlier\n")
            let opened = service.root.appending("opened")
            try await open(own.appending("backups/nexus_backup_\(id).tar.gpg"), password: "x", into: opened)
            let found = try await shell("cd \(opened); find . -mindepth 1 -type f | sort; find . -type d -empty | sort")
            #expect(
                found == """
                    ./data/drop.tmp
                    ./nexus-backup.json
                    ./nexus-backup.manifest
                    ./system/home/u/.cache/CACHEDIR.TAG
                    ./system/home/u/keep
                    ./system/home/u/keep.tmp
                    ./system/own/other
                    ./system/skip/me/.nobackup
                    ./system/own/backups
                    ./system/own/snapshots
                    ./system/var/cache\n
                    """
            )
            #expect(
                try leftOut(id, in: own.appending("backups")).filter { $0.hasPrefix("system/") }.sorted() == [
                    "system/home/u/.cache (contents excluded by CACHEDIR.TAG)",
                    "system/home/u/drop.tmp (excluded by the pattern *.tmp)",
                    "system/own/backups (contents left out, as the product keeps its own files there)",
                    "system/skip/me (contents excluded by .nobackup)",
                    "system/tmp (excluded by the pattern /tmp/)",
                    "system/var/cache/apt (excluded by the pattern /var/cache/*)",
                ]
            )
            let label = try await shell("tr -d ' \\n' < \(opened)/nexus-backup.json")
            let excludes =
                #""excludes":{"caches":true,"marked":true,"patterns":["/var/cache/*","*.tmp","/tmp/","!keep.tmp"]}"#
            #expect(label.contains(excludes), "\(label)")
            #expect(label.split(separator: "\"excludes\"").count == 2)
        }
    }
}
