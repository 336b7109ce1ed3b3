import BackupModel
import Client
import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// `nexus-backup restore --file` and `verify --file`, without a service.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestoreFileTests {
    /// Runs `body` with a file that was exported from `script`'s files, in a directory for what is restored.
    private func withFile(
        _ script: String,
        _ options: [String: Value] = ["password": .string(TestService.password)],
        _ body: (FilePath, FilePath) async throws -> Void
    ) async throws {
        try await withService { service in
            try await shell("cd '\(service.root)/broot/data'; \(script)")
            let file = try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                _ = try await service.call(
                    ServiceNames.backup,
                    "CreateWithOptions",
                    [.uint32(id), .properties(options)]
                )
                #expect(try await service.untilExported(id).result == "done")
                return service.backups.appending("nexus_backup_\(id).tar.gpg")
            }
            try await withTemporaryDirectory { directory in
                try await shell("cp '\(file)' '\(directory)/old.tar.gpg'; mkdir '\(directory)/tmp' '\(directory)/out'")
                try await shell(
                    "chmod 1777 '\(directory)/tmp' '\(directory)/out'; chmod 644 '\(directory)/old.tar.gpg'"
                )
                try await body(directory.appending("old.tar.gpg"), directory)
            }
        }
    }

    /// Runs the command with `TMPDIR` below `directory`, and no bus; its output, its errors, and its exit status at the end.
    private func run(
        _ arguments: [String],
        in directory: FilePath,
        as user: String? = nil,
        password: String = TestService.password
    ) async throws -> String {
        let program = try executableDirectory().appending("nexus-backup").string
        let words = (user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []) + [program]
        let command = (words + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try await shell(
            """
            set +e
            export TMPDIR='\(directory)/tmp' DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
            \(command) 2>&1 | grep -v ' %'
            echo "${PIPESTATUS[0]}"; ls -A '\(directory)/tmp'
            """,
            input: password
        )
    }

    @Test func `a file is verified and restored, whole and in part, and nothing is left behind`() async throws {
        try await withFile("mkdir docs; echo one >docs/one; echo two >two; chown 12:34 two") { file, directory in
            let verified = try await run(["verify", "--file", file.string], in: directory)
            #expect(verified.contains("is intact: each of its") && verified.hasSuffix("\n0\n"), "\(verified)")
            let out = directory.appending("out").string
            let part = try await run(["restore", "--file", file.string, "--target", out, "data/docs"], in: directory)
            #expect(part.hasSuffix("\n0\n") && part.contains("Where:      \(out)/docs\n"), "\(part)")
            #expect(try await shell("cd '\(out)'; find . -type f; cat docs/one") == "./docs/one\none\n")
            let dry = try await run(["restore", "--file", file.string, "--target", out, "--dry-run"], in: directory)
            #expect(dry.hasPrefix("Nothing was written.") && dry.hasSuffix("\n0\n"), "\(dry)")
            let json = try await run(
                ["restore", "--file", file.string, "--target", out, "data/two", "--json"],
                in: directory
            )
            #expect(json.contains(#""created" : 1"#) && !json.contains(#""id""#), "\(json)")
            #expect(try await shell("stat -c '%u:%g' '\(out)/two'") == "12:34\n")
        }
    }

    @Test func `a tar that something else has encrypted is read, too, and has no manifest`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("foreign.tar.gpg").string
            try await shell(
                """
                cd '\(directory)'; mkdir -m 700 tmp out home src; echo one >src/one
                tar -czf - src | gpg --homedir home --batch --pinentry-mode loopback --passphrase-file /dev/fd/3 -c \\
                    -o '\(file)' 3<<<'\(TestService.password)'
                gpgconf --homedir home --kill all
                """
            )
            let remark = "was not made by nexus-backup and has no manifest"
            let verified = try await run(["verify", "--file", file], in: directory)
            #expect(verified.contains("its entries: 2.") && verified.contains(remark), "\(verified)")
            #expect(verified.hasSuffix("\n0\n"), "\(verified)")
            let out = directory.appending("out").string
            let restored = try await run(["restore", "--file", file, "--target", out], in: directory)
            #expect(restored.contains(remark) && restored.hasSuffix("\n0\n"), "\(restored)")
            #expect(try await shell("cat '\(out)/src/one'") == "one\n")
            for command in [["verify"], ["restore", "--target", out]] {
                let json = try await run(command + ["--file", file, "--json"], in: directory)
                #expect(json.contains(#""manifest" : false"#), "\(json)")
            }
        }
    }

    @Test func `what is wrong with a file or an argument is a sentence and an exit status`() async throws {
        try await withFile("head -c 300000 /dev/urandom >noise") { file, directory in
            let out = directory.appending("out").string
            let wrong = try await run(["verify", "--file", file.string], in: directory, password: "wrong")
            #expect(
                wrong.hasPrefix("nexus-backup: The password does not open") && wrong.hasSuffix("\n83\n"),
                "\(wrong)"
            )
            let missing = try await run(["verify", "--file", "/nonexistent"], in: directory)
            #expect(missing.hasSuffix("can't be read: No such file or directory.\n80\n"), "\(missing)")
            let target = try await run(["restore", "--file", file.string, "--target", "/nonexistent"], in: directory)
            #expect(target.contains("make the directory") && target.hasSuffix("\n64\n"), "\(target)")
            let path = try await run(["restore", "--file", file.string, "--target", out, "data/none"], in: directory)
            #expect(path.hasSuffix("\n80\n") && path.contains("data/none"), "\(path)")
            let plain = directory.appending("plain")
            try await shell("echo this is no backup >'\(plain)'")
            let other = try await run(["verify", "--file", plain.string], in: directory)
            #expect(other.hasSuffix("\n65\n"), "\(other)")
            try await shell("truncate -s -5000 '\(file)'")
            let cut = try await run(["restore", "--file", file.string, "--target", out, "--json"], in: directory)
            #expect(cut.contains(#""error_name" : "tech.noreya.Error.Corrupt""#) && cut.hasSuffix("\n65\n"), "\(cut)")
        }
    }

    @Test func `somebody who is not root is told what could not be kept`() async throws {
        try await withFile("echo two >two; chown 12:34 two") { file, directory in
            let out = directory.appending("out").string
            let programs = try executableDirectory()
            // The tests' own build need not be open to others.
            let isReachable = try await shell(
                "setpriv --reuid=daemon --regid=daemon --clear-groups test -x '\(programs)/nexus-backup' && echo yes || echo no"
            )
            try #require(isReachable == "yes\n")
            let text = try await run(
                ["restore", "--file", file.string, "--target", out, "data/two"],
                in: directory,
                as: TestService.strangerUser
            )
            #expect(text.contains("Not kept:   owner of 1 entry") && text.hasSuffix("\n0\n"), "\(text)")
            #expect(text.contains("run as root"), "\(text)")
        }
    }

    @Test func `a file for a public key is opened by hand, and it says how`() async throws {
        let home = FilePath("/tmp/nx-key-\(UInt32.random(in: 0...999_999))")
        let key = try await shell(
            """
            mkdir -m 700 '\(home)'; export GNUPGHOME='\(home)'
            gpg --batch --quiet --passphrase '' --quick-generate-key test@example.org default default never 2>/dev/null
            gpg --armor --export; gpgconf --kill all; rm -r '\(home)'
            """
        )
        try await withFile("echo x >x", ["recipients": .array(of: "s", [.string(key)])]) { file, directory in
            let text = try await run(["verify", "--file", file.string], in: directory)
            #expect(text.hasSuffix("\n69\n") && text.contains("gpg -d \(file) | sudo tar -x"), "\(text)")
        }
    }

    @Test func `an interruption ends it, says so, and leaves no gpg and no directory of it`() async throws {
        try await withFile("head -c 200000000 /dev/zero >zeros") { file, directory in
            let program = try executableDirectory().appending("nexus-backup").string
            let text = try await shell(
                """
                set +e
                export TMPDIR='\(directory)/tmp'
                cat >'\(directory)/password'
                '\(program)' restore --file '\(file)' --target '\(directory)/out' --password-file '\(directory)/password' >'\(directory)/text' 2>&1 &
                id=$!
                for i in $(seq 200); do grep -q ' %' '\(directory)/text' && break; sleep 0.05; done
                kill -TERM $id; wait $id; echo $?; ls -A '\(directory)/tmp'; find '\(directory)/out' -name '.*' -mindepth 1
                tail -1 '\(directory)/text'
                """,
                input: TestService.password
            )
            #expect(
                text == "143\nThe restoration was interrupted; what was restored until then stays.\n",
                "\(text)"
            )
            #expect(try processes(mentioning: directory.string).isEmpty)
        }
    }
}
