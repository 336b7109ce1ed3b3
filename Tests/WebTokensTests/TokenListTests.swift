import BackupModel
import Testing

@testable import WebTokens

@Suite struct TokenListTests {
    @Test("A token is found by its text, and is kept as a digest alone")
    func found() throws {
        var list = TokenList()
        let alice = try list.add(name: "alice", role: .full, created: 1)
        let robot = try list.add(name: "robot", role: .readOnly, created: 2)
        #expect(alice != robot)
        #expect(alice.hasPrefix("nxb_"))
        #expect(alice.count == 68)
        #expect(list.find(alice)?.name == "alice")
        #expect(list.find(robot)?.role == .readOnly)
        let contents = String(decoding: try list.fileContents(), as: UTF8.self)
        #expect(!contents.contains(alice.dropFirst(4)))
        #expect(try TokenList(file: Array(contents.utf8)) == list)
    }

    @Test("Nothing else is a token")
    func notFound() throws {
        var list = TokenList()
        #expect(list.find("") == nil)
        let text = try list.add(name: "alice", role: .full, created: 1)
        for wrong in ["", "alice", String(text.dropLast()), text + "0", text.uppercased(), String(text.dropFirst(4))] {
            #expect(list.find(wrong) == nil)
        }
        try list.revoke("alice")
        #expect(list.find(text) == nil)
        #expect(throws: BackupError.self) { try list.revoke("alice") }
    }

    @Test("A name is given once, and can be written anywhere")
    func names() throws {
        var list = TokenList()
        _ = try list.add(name: "alice", role: .full, created: 1)
        for name in ["alice", "", "a b", "a:b", "-x", "é", "a\n", String(repeating: "a", count: 65)] {
            #expect(throws: BackupError.self) { try list.add(name: name, role: .full, created: 1) }
        }
        #expect(list.tokens.count == 1)
    }

    @Test("A role that is not known is none")
    func unknownRole() throws {
        var list = TokenList()
        let text = try list.add(name: "alice", role: .full, created: 1)
        let contents = String(decoding: try list.fileContents(), as: UTF8.self).replacing(
            "\"full\"",
            with: "\"godlike\""
        )
        let read = try TokenList(file: Array(contents.utf8))
        #expect(read.find(text)?.roleName == "godlike")
        #expect(read.find(text)?.role == nil)
    }

    @Test(
        "A damaged file is an error",
        arguments: ["", "{}", "[]", #"{"tokens":[{"name":"a","role":"full","sha256":"xy","created":1}]}"#]
    )
    func damaged(text: String) {
        #expect(throws: BackupError.self) { try TokenList(file: Array(text.utf8)) }
    }
}
