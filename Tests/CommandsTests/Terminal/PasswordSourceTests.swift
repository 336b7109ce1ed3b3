import BackupModel
import DBus
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct PasswordSourceTests {
    private func read(_ text: String) async throws -> String {
        let console = try TestConsole()
        let secret = try await PasswordSource.file(console.file(text)).read(Console())
        return unsafe secret.withBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("secret", "secret"), ("secret\n", "secret"), (" with blanks ", " with blanks "), ("ü\n", "ü"),
        (String(repeating: "x", count: 255) + "\n", String(repeating: "x", count: 255)),
    ])
    func `a password is read without the newline at its end`(text: String, password: String) async throws {
        #expect(try await read(text) == password)
    }

    @Test(
        arguments: [
            ("", "empty"), ("\n", "empty"), ("a\nb", "control"), ("a\n\n", "control"), ("a\r\n", "control"),
            ("a\u{0}", "control"), ("a\u{7F}", "control"), (LongText.repeating("x", count: 256), "longer than 255"),
            (LongText.repeating("x", count: 100_000), "longer than 255"),
        ] as [(LongText, String)]
    )
    func `a password that could not be typed is refused`(argument: LongText, complaint: String) async throws {
        let text = argument.text
        let error = await #expect(throws: BackupError.self) { try await read(text) }
        #expect(error?.code == .invalidArgs)
        #expect(error?.message.contains(complaint) == true)
        #expect(error?.message.contains(text.prefix(3)) == false || text.count < 3)
    }

    @Test func `a file that is not there is named`() async {
        let error = await #expect(throws: BackupError.self) {
            try await PasswordSource.file("/nowhere/a\u{1B}b").read(Console())
        }
        #expect(error?.message == "The password can't be read from /nowhere/a\\u{1b}b: No such file or directory.")
    }

    @Test func `a refused password is no call of the service`() async throws {
        try await PeerService.serve { service in
            let console = try TestConsole()
            #expect(try await console.run(["backup", "create", "7", "--address", service.address], input: "\n") == 64)
            #expect(
                try console.errorText == "nexus-backup: The password is empty; give one of at least one character.\n"
            )
            #expect(service.look { $0.started.isEmpty })
        }
    }

    @Test(arguments: [true, false])
    func `standard input is read where it is asked for or is no terminal`(isNamed: Bool) async throws {
        var state = PeerService.State()
        state.statuses = [["id": .uint32(0), "last_id": .uint32(7), "last_result": .string("done")]]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let arguments = ["backup", "create", "7", "--address", service.address]
            #expect(try await console.run(arguments + (isNamed ? ["--password-file", "-"] : []), input: "a b\n") == 0)
            #expect(service.look { $0.started.first?.password } == Array("a b".utf8))
        }
    }
}
