import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Restoring with the rights of somebody who is not root, and into directories that somebody else has opened.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RightsTests {
    /// Runs a command with a request on its standard input, which stays open, and shows its standard error.
    private static let driver = """
        import subprocess, sys
        process = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(sys.stdin.buffer.read())
        process.stdin.flush()
        sys.stdout.buffer.write(process.stderr.read())
        process.wait()
        """

    private func result(_ place: Place, _ restoration: Restoration, _ command: String) async throws -> RestorationResult
    {
        try Self.driver.write(toFile: "\(place.directory)/driver.py", atomically: true, encoding: .utf8)
        let program = try executableDirectory().appending("nexus-restore")
        let text = try await shell(
            "cd '\(place.directory)'; python3 driver.py \(command.replacingOccurrences(of: "PROGRAM", with: program.string))",
            input: place.input(restoration)
        )
        for line in text.split(separator: "\n") {
            let event = try? JSONDecoder().decode(WorkerEvent.self, from: Data(line.utf8))
            if case .done(let result)? = event { return try #require(result.restoration) }
        }
        throw TestSupportError(description: text)
    }

    @Test func `who is not root gets what can be had, and is told what could not`() async throws {
        try await Place.with { place in
            try await shell(
                """
                cd '\(place.tree)'; mkdir d; echo x >d/file; cp d/file set-id; chmod 4755 set-id; mknod null c 1 3; mkfifo d/fifo
                setfattr -n trusted.x -v y d/file; setfattr -n user.x -v y d/file; ln -s file d/link; chmod 555 d; chattr +i d/file
                touch -d 2001-01-01 d set-id; mkdir -m 777 ../target; chmod 777 ..; chmod 755 .
                """
            )
            let restoration = Restoration(
                origin: .snapshot([.init(name: "system", path: place.tree.bytes)]),
                destination: .directory(place.target.bytes)
            )
            let result = try await result(place, restoration, "runuser -u remotebackup -- PROGRAM")
            try await shell("chattr -i '\(place.tree)/d/file'")
            #expect(result.conflicts == 0)
            #expect(Set(result.lost.map(\.what)) == [.owner, .device, .flags])
            let found = try await shell(
                "cd '\(place.target)/system'; stat -c '%n %a %U %Y' d set-id; cat d/file; getfattr --only-values -n user.x d/file"
            )
            let wanted = "d 555 remotebackup 978307200\nset-id 755 remotebackup 978307200\nx\ny"
            #expect(found == wanted)
        }
    }

    @Test func `a directory and a report that were opened before are used`() async throws {
        try await Place.with { place in
            try await shell("echo x >'\(place.tree)/file'; mkdir '\(place.target)'")
            let restoration = Restoration(
                origin: .snapshot([.init(name: "system", path: place.tree.bytes)]),
                paths: [Array("system/file".utf8)],
                destination: .descriptor(3),
                report: 4
            )
            let result = try await result(place, restoration, "bash -c 'exec PROGRAM 3<target 4>report'")
            #expect(result.placed == [.init(selected: Array("system/file".utf8), target: Array("file".utf8))])
            let text = try await shell("cd '\(place.directory)'; cat target/file report")
            #expect(text == "x\n{\"action\":\"create\",\"path\":\"system/file\"}\n")
        }
    }
}
