import Linux
import SystemPackage
import TestSupport
import Testing

struct DescriptorExchangeTests {
    @Test func `two directories change places, and back`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            try directory.makeDirectory("one")
            try directory.makeDirectory("two")
            let (one, two) = (try directory.status(of: "one").inode, try directory.status(of: "two").inode)
            try directory.exchange("one", with: "two")
            #expect(try directory.status(of: "one").inode == two && directory.status(of: "two").inode == one)
            try directory.exchange("one", with: "two")
            #expect(try directory.status(of: "one").inode == one)
        }
    }

    @Test func `what is not there can't be exchanged`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            try directory.makeDirectory("one")
            let error = #expect(throws: LinuxError.self) { try directory.exchange("one", with: "two") }
            #expect(error?.errno == .noSuchFileOrDirectory)
            #expect(error?.operation == "exchange one with two")
        }
    }

    @Test func `a file knows when it was made`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            let before = try directory.birthTime() ?? 0
            try directory.makeDirectory("one")
            let later = try directory.open("one", [.readOnly, .directory]).birthTime() ?? 0
            #expect(later >= before && before > 1_600_000_000_000_000_000)
        }
    }

    @Test func `the kernel has a release`() {
        #expect(kernelRelease().first?.isNumber == true)
    }
}
