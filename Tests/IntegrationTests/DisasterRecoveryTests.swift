import BackupModel
import Client
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// What `docs/disaster-recovery.md` tells a person to type, typed.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct DisasterRecoveryTests {
    /// The blocks of commands in the document that have a name, in its order.
    private func blocks() throws -> [(name: String, commands: String)] {
        let path = repository.appending("docs/disaster-recovery.md").string
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var blocks: [(name: String, commands: String)] = []
        var current: (name: String, commands: String)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let block = current {
                if line == "```" {
                    blocks.append(block)
                    current = nil
                } else {
                    current?.commands += line + "\n"
                }
            } else if line.hasPrefix("```sh ") {
                current = (String(line.dropFirst("```sh ".count)), "")
            }
        }
        #expect(current == nil)
        return blocks
    }

    /// A script that runs `commands` where `/mnt` is `directory`, and gpg and the command ask nobody for the password.
    private func script(_ commands: String, in directory: FilePath) throws -> String {
        let programs = try executableDirectory()
        return """
            export PATH='\(programs)':$PATH GNUPGHOME='\(directory)/gnupg'
            export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
            unshare --mount bash -eu <(cat <<'SCRIPT'
            mount --bind '\(directory)/mnt' /mnt
            \(commands)
            SCRIPT
            ) <'\(directory)/password'
            """
    }

    /// A directory with an export of a snapshot of `service`, and a password for gpg.
    private func prepare(_ service: TestService, _ directory: FilePath) async throws {
        let id = try await service.withDaemon { _ in try await service.exportedSnapshot() }
        try await shell(
            """
            mkdir -p '\(directory)'/mnt/usb '\(directory)'/mnt/new '\(directory)'/mnt/by-hand
            cp '\(service.backups)/nexus_backup_\(id).tar.gpg' '\(directory)/mnt/usb/nexus_backup_7.tar.gpg'
            sed 's/nexus_backup_\(id)/nexus_backup_7/' '\(service.backups)/nexus_backup_\(id).tar.gpg.sha256' \
                >'\(directory)/mnt/usb/nexus_backup_7.tar.gpg.sha256'
            printf %s '\(TestService.password)' >'\(directory)/password'
            mkdir -m 700 '\(directory)/gnupg'
            printf 'batch\\npinentry-mode loopback\\npassphrase-file %s\\n' '\(directory)/password' >'\(directory)/gnupg/gpg.conf'
            """
        )
    }

    @Test func `the commands of the document bring everything back, bit for bit, by both ways`() async throws {
        try await withService { service in
            try await shell("rmdir '\(service.root)/broot/data'; mkdir '\(service.root)/broot/system/etc'")
            try await TortureTree.small.make(at: service.root.appending("broot/data"))
            try await shell("echo /dev/sda / btrfs >'\(service.root)/broot/system/etc/fstab'")
            let directory = service.root.appending("new-machine")
            try await prepare(service, directory)
            let blocks = try blocks()
            let commands = Dictionary(blocks.map { ($0.name, $0.commands) }) { $0 + $1 }
            #expect(
                blocks.map(\.name) == [
                    "checksum", "look", "by-hand", "compare", "notes", "tidy", "verify", "restore", "single",
                    "damaged-restore", "damaged-by-hand",
                ]
            )
            func run(_ names: String..., then more: String = "") async throws -> String {
                let text = names.map { "(\n\(commands[$0] ?? "exit 9")\n)\n" }.joined()
                return try await shell(script(text + more, in: directory))
            }
            func compare(_ path: String) async throws {
                for source in ["system", "data"] {
                    let found = try await describeTree(directory.appending("mnt/\(path)/\(source)"))
                    let expected = try await describeTree(service.root.appending("broot/\(source)"))
                    #expect(found == expected)
                }
            }
            #expect(try await run("checksum") == "nexus_backup_7.tar.gpg: OK\n")
            #expect(try await run("look").contains(#""host""#))
            #expect(try await run("by-hand", "compare") == "")
            #expect(try await run("notes").contains("# "))
            _ = try await run("tidy")
            try await compare("new")
            #expect(try await shell("ls -A '\(directory)/mnt/new'") == "data\nsystem\n")
            try await shell("rm -rf '\(directory)'/mnt/new/*")
            #expect(try await run("verify").contains(" is intact: "))
            #expect(try await run("restore").contains("is restored"))
            try await compare("new")
            _ = try await run("single")
            #expect(try await shell("cat '\(directory)/mnt/one/fstab'") == "/dev/sda / btrfs\n")
            #expect(
                try await shell("find /tmp -maxdepth 1 -name 'nexus-??????' -newer '\(directory)/password'").isEmpty
            )
        }
    }

    @Test func `what the document says of a damaged file and a wrong password is so`() async throws {
        try await withService { service in
            try await shell(
                "cd '\(service.root)/broot'; echo first >system/a; head -c 3000000 /dev/urandom >data/b"
            )
            let directory = service.root.appending("new-machine")
            try await prepare(service, directory)
            let commands = Dictionary(try blocks().map { ($0.name, $0.commands) }) { $0 + $1 }
            try await shell(
                """
                cd '\(directory)/mnt'; mkdir part part-by-hand; cp usb/nexus_backup_7.tar.gpg usb/damaged.tar.gpg
                truncate -s 2000000 usb/damaged.tar.gpg
                """
            )
            func status(_ name: String) async throws -> String {
                try await shell(
                    "{ \(script("\(commands[name] ?? "exit 9")", in: directory))\n} 2>&1 || echo \"status $?\""
                )
            }
            let damaged = try await status("damaged-restore")
            #expect(damaged.hasSuffix("status 65\n") && damaged.contains("had been restored by then"), "\(damaged)")
            #expect(try await shell("cat '\(directory)/mnt/part/system/a'") == "first\n")
            let byHand = try await status("damaged-by-hand")
            #expect(byHand.contains("status 2"), "\(byHand)")
            #expect(try await shell("cat '\(directory)/mnt/part-by-hand/system/a'") == "first\n")
            try await shell("printf wrong >'\(directory)/password'")
            #expect(try await status("verify").hasSuffix("status 83\n"))
            #expect(try await status("by-hand").contains("Bad session key"))
        }
    }
}
