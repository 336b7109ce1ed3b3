import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct WebTokenCommandTests {
    private let console: TestConsole
    private let options: [String]

    init() throws {
        console = try TestConsole()
        options = ["--file", console.directory.appending("tokens.json").string, "--group", "nogroup"]
    }

    @Test func `a token is shown once, listed by its name, and revoked`() async throws {
        #expect(try await console.run(["web", "token", "add", "alice"] + options) == 0)
        let token = try console.outputText
        #expect(token.wholeMatch(of: /nxb_[0-9a-f]{64}\n/) != nil)
        #expect(try console.errorText.contains("only time"))
        #expect(try await console.run(["web", "token", "add", "robot", "--read-only", "--json"] + options) == 0)
        #expect(try await console.run(["web", "token", "list"] + options) == 0)
        let text = try console.outputText.dropFirst(token.count)
        #expect(text.contains(#""role" : "read-only""#) && text.contains("alice"), "\(text)")
        #expect(!text.contains(token.dropLast()))
        #expect(try await console.run(["web", "token", "revoke", "alice"] + options) == 0)
        #expect(try await console.run(["web", "token", "revoke", "alice"] + options) == 80)
        #expect(try await console.run(["web", "token", "add", "robot"] + options) == 64)
    }

    @Test(.needsRoot) func `without the group of the web service no file is written that it could not read`()
        async throws
    {
        let arguments = ["web", "token", "add", "alice", "--file", console.directory.appending("t").string]
        #expect(try await console.run(arguments + ["--group", "no-such-group"]) == 1)
        #expect(try console.errorText.contains("There is no group no-such-group"))
    }
}
