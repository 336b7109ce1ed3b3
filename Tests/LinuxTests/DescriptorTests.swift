import Linux
import SystemPackage
import TestSupport
import Testing

struct DescriptorTests {
    @Test func `a file written durably is there whole, and what was staged before goes`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            for text in ["first", "the second"] {
                _ = try directory.open("new", [.writeOnly, .create]).release()
                try directory.writeDurably(Array(text.utf8), to: "file", staging: "new")
                #expect(try directory.open("file", .readOnly).readAll(limit: 100) == Array(text.utf8))
            }
            #expect(try directory.entryNames() == ["file"])
            #expect(try directory.status(of: "file").permissions == 0o600)
        }
    }

    @Test func `reading more than the limit is an error`() throws {
        let error = #expect(throws: LinuxError.self) {
            try Descriptor.open("/dev/zero", .readOnly).readAll(limit: 1000)
        }
        #expect(error?.errno == .fileTooLarge)
    }

    @Test func `a tree is removed without following links out of it`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            try directory.makeDirectory("outside")
            try directory.open("outside", [.readOnly, .directory]).makeDirectory("kept")
            try directory.makeDirectory("tree")
            let tree = try directory.open("tree", [.readOnly, .directory])
            for name in ["a", "b", "c"] as [FilePath] {
                try tree.makeDirectory(name)
                try tree.open(name, [.readOnly, .directory]).makeDirectory("below")
            }
            try symlink(path.appending("outside").string, at: path.appending("tree/b/link"))
            try directory.removeTree("tree")
            #expect(try directory.entryNames() == ["outside"])
            #expect(try directory.openDirectory("outside").entryNames() == ["kept"])
            #expect(throws: LinuxError.self) { try directory.removeTree("tree") }
        }
    }

    @Test func `a path of components is opened without following links`() throws {
        try withTemporaryDirectory { path in
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            try makeDirectories(path.appending("a/b/c"), permissions: [.ownerReadWriteExecute])
            try symlink("a/b", at: path.appending("link"))
            #expect(try directory.openDirectory("a/b").entryNames() == ["c"])
            #expect(try directory.openDirectory("").entryNames().count == 2)
            #expect(throws: LinuxError.self) { _ = try directory.openDirectory("link/c") }
        }
    }

    @Test func `whether a file is open for writing is told by its flags`() throws {
        try withTemporaryDirectory { path in
            let file = try Descriptor.open(
                path.appending("file"),
                [.readWrite, .create],
                permissions: [.ownerReadWrite]
            )
            #expect(try file.isWritable())
            #expect(try !Descriptor.open(path.appending("file"), .readOnly).isWritable())
            #expect(try !Descriptor.open(path.appending("file"), .pathOnly).isWritable())
        }
    }

    @Test func `a grant lets one user read and nobody write`() async throws {
        try await withTemporaryDirectory { path in
            let file = try Descriptor.open(
                path.appending("file"),
                [.readWrite, .create],
                permissions: [.ownerReadWrite]
            )
            try file.grantReading(to: 4242)
            let acl = try await shell("getfacl -cn \(path)/file")
            #expect(acl == "user::rw-\nuser:4242:r--\ngroup::---\nmask::r--\nother::---\n\n")
        }
    }
}
