import Linux
import Testing

struct AccessControlListTextTests {
    @Test(arguments: [
        "user::rwx,group::r-x,other::r--",
        "other::r--,mask::rw-,group:7:rw-,group::r-x,user:4000000000:r--,user::rwx",
        "user::rwx\nuser:somebody:r--:12\ngroup::r-x\nmask::r--\nother::---",
        "u::rwx,g::---,m::rwx,o::---",
    ])
    func `a text of any order is the kernel's list`(text: String) throws {
        let list = try #require(AccessControlList(text: Array(text.utf8)))
        #expect(AccessControlList(encoded: list.encoded) == list)
        #expect(list.entries.first?.subject == .owner)
        #expect(list.entries.last?.subject == .others)
    }

    @Test func `numbers and permissions are those of the text`() throws {
        let list = try #require(
            AccessControlList(text: Array("user::rwx,user:x:-w-:4000000000,group::r-x,other::--x".utf8))
        )
        #expect(list.entries.map(\.subject) == [.owner, .user(4_000_000_000), .owningGroup, .others])
        #expect(list.entries.map(\.permissions) == [7, 2, 5, 1])
    }

    @Test(arguments: [
        "", "user", "user::", "user::rwz", "user::rwxx", "user:name:rwx", "user:-1:rwx", "user:4294967296:rwx",
        "who::rwx",
        "user:1:rwx:2:3",
    ])
    func `what is none is refused`(text: String) {
        #expect(AccessControlList(text: Array(text.utf8)) == nil)
    }
}
