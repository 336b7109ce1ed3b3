import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot)
struct DescriptorCopyingTests {
    /// Copies `name` of `directory` to `copy` there.
    private func copy(_ name: FilePath, in directory: borrowing Descriptor) throws {
        let file = try directory.open(name, .readOnly)
        let copy = try directory.open("copy", [.readWrite, .create, .truncate], permissions: .ownerReadWrite)
        try file.copyContents(to: copy, size: file.status().size)
    }

    @Test(arguments: [
        ": > file", "printf x > file", "head -c 5000000 /dev/urandom > file", "truncate -s 3G file",
        "truncate -s 10M file; for i in 0 3 9; do printf x | dd of=file bs=1 seek=${i}000000 conv=notrunc status=none; done",
        "fallocate -l 1M file; printf end >> file",
    ])
    func `contents are the same, and holes stay holes`(script: String) async throws {
        try await withTemporaryDirectory { path in
            try await shell("cd \(path); \(script)")
            try copy("file", in: Descriptor.open(path, [.readOnly, .directory]))
            try await shell("cd \(path); cmp file copy; [ $(stat -c %b copy) -le $(stat -c %b file) ]")
        }
    }

    @Test func `between filesystems bytes are copied`() async throws {
        try await withTemporaryDirectory { path in
            try await shell("head -c 3000000 /dev/urandom > /dev/shm/nx-copied")
            let file = try Descriptor.open("/dev/shm/nx-copied", .readOnly)
            let copy = try Descriptor.open(path.appending("copy"), [.readWrite, .create], permissions: .ownerReadWrite)
            try file.copyContents(to: copy, size: file.status().size)
            try await shell("cmp /dev/shm/nx-copied \(path)/copy; rm /dev/shm/nx-copied")
        }
    }

    @Test func `a file that became shorter gets no bytes that it never had`() async throws {
        try await withTemporaryDirectory { path in
            try await shell("printf 'short' > \(path)/file")
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            let copy = try directory.open("copy", [.readWrite, .create], permissions: .ownerReadWrite)
            try directory.open("file", .readOnly).copyContents(to: copy, size: 1 << 20)
            #expect(try await shell("cat \(path)/copy") == "short")
        }
    }

    @Test func `attributes of any name and size are read and set, on links and devices too`() async throws {
        try await withTemporaryDirectory { path in
            try await shell(
                """
                cd \(path); mkdir from to; for i in from to; do ln -s x $i/link; mknod $i/null c 1 3; : > $i/file; done
                cd from; for i in link null file; do setfattr -h -n trusted.t -v 0x00ff00 $i; done
                setfattr -n user.empty file; setfattr -n user.large -v 0x$(printf '%06000d' 0) file
                /usr/bin/python3 -c 'import os; os.setxattr("file", b"user.\\xff\\n name", b"value")'
                """
            )
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            for name in ["link", "null", "file"] as [FilePath] {
                let original = try directory.openDirectory("from").open(name, [.pathOnly, .noFollow])
                let copy = try directory.openDirectory("to").open(name, [.pathOnly, .noFollow])
                let attributes = try original.extendedAttributes()
                #expect(attributes.count == (name == "file" ? 4 : 1))
                for attribute in attributes { try copy.set(attribute) }
                #expect(try copy.extendedAttributes().count == attributes.count)
                #expect(try copy.extendedAttributes().allSatisfy { attributes.contains($0) })
            }
        }
    }
}
