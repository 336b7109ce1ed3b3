import BackupModel
import Testing

@testable import Exports

struct RestorationOrderTests {
    @Test(arguments: ["system", "system/etc/hosts", "a b/…", "data/.hidden", "data/..x", "data/x.."])
    func `a path in the backup is taken`(path: String) throws {
        try RestorationOrder.validate([Array(path.utf8), [0xFF, 0x2F, 0x80]])
    }

    @Test(arguments: [
        ("", "is empty"), ("/etc", "is absolute"), ("data/", "has an empty component"),
        ("data//x", "has an empty component"),
        ("..", #"has the component "..""#), ("data/../x", #"has the component "..""#),
        ("data/./x", #"has the component ".""#),
        ("a\0b", "holds a NUL"),
    ])
    func `a path that can't be one is named`(path: String, fault: String) throws {
        let error = try #require(throws: BackupError.self) { try RestorationOrder.validate([Array(path.utf8)]) }
        #expect(error.code == .invalidArgs && error.message.contains(fault), "\(error)")
    }

    @Test func `more than fits into a request is refused`() throws {
        let many = try #require(throws: BackupError.self) {
            try RestorationOrder.validate([[UInt8]](repeating: [0x61], count: 1001))
        }
        #expect(many.code == .limitsExceeded)
        let long = try #require(throws: BackupError.self) {
            try RestorationOrder.validate([[UInt8](repeating: 0x61, count: 2 << 20)])
        }
        #expect(long.code == .limitsExceeded)
    }
}
