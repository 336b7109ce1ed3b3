import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import WebTokens

@Suite struct TokenFileTests {
    @Test("Tokens are kept in a file that its owner writes and its group reads")
    func kept() throws {
        try withTemporaryDirectory { directory in
            let file = TokenFile(directory.appending("tokens.json"))
            #expect(try file.read().tokens == [])
            #expect(file.version() == nil)
            let text = try file.change(group: 0) { try $0.add(name: "alice", role: .full, created: 1) }
            #expect(try file.read().find(text)?.name == "alice")
            let status = try Descriptor.open(file.path, [.pathOnly]).status()
            #expect(status.permissions == 0o640)
            #expect(status.groupID == 0)
        }
    }

    @Test("A version is the same until the file changes")
    func versions() throws {
        try withTemporaryDirectory { directory in
            let file = TokenFile(directory.appending("tokens.json"))
            _ = try file.change(group: 0) { try $0.add(name: "alice", role: .full, created: 1) }
            let first = try #require(file.version())
            #expect(file.version() == first)
            _ = try file.read()
            #expect(file.version() == first)
            try file.change(group: 0) { try $0.revoke("alice") }
            #expect(file.version() != first)
        }
    }

    @Test("A change that fails changes nothing, and leaves nothing behind")
    func failed() async throws {
        try await withTemporaryDirectory { directory in
            let file = TokenFile(directory.appending("tokens.json"))
            _ = try file.change(group: 0) { try $0.add(name: "alice", role: .full, created: 1) }
            let version = try #require(file.version())
            #expect(throws: BackupError.self) { try file.change(group: 0) { try $0.revoke("bob") } }
            #expect(file.version() == version)
            try await shell("echo '{' > \(file.path)")
            #expect(throws: BackupError.self) { try file.change(group: 0) { try $0.revoke("alice") } }
            #expect(try await shell("cat \(file.path); ls -A \(directory)").contains("tokens.json"))
        }
    }

    @Test("Many changes at once are all made")
    func concurrent() async throws {
        try await withTemporaryDirectory { directory in
            let file = TokenFile(directory.appending("tokens.json"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...20 {
                    group.addTask {
                        try await blocking {
                            _ = try file.change(group: 0) { try $0.add(name: "t\(number)", role: .full, created: 1) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try file.read().tokens.count == 20)
        }
    }
}
