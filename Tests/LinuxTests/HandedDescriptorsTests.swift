import Linux
import SystemPackage
import TestSupport
import Testing

struct HandedDescriptorsTests {
    @Test func `what is handed arrives under its numbers, ahead of what is written`() async {
        await #expect(processExitsWith: .success) {
            let (read, write) = try HandedDescriptors.sockets()
            try withTemporaryDirectory { directory in
                let file = try Descriptor.open(
                    directory.appending("file"),
                    [.readWrite, .create],
                    permissions: .ownerReadWrite
                )
                let folder = try Descriptor.open(directory, [.readOnly, .directory])
                try HandedDescriptors.hand([file.file, folder.file], over: write.file)
                try write.duplicate().write(Array("request\n".utf8))
                try HandedDescriptors.take(from: read.file)
                let first = FileDescriptor(rawValue: HandedDescriptors.firstNumber)
                let second = Descriptor(taking: FileDescriptor(rawValue: HandedDescriptors.firstNumber + 1))
                try first.writeAll(Array("hello".utf8))
                #expect(try second.entryNames() == ["file"])
                #expect(try second.open("file", .readOnly).readAll(limit: 100) == Array("hello".utf8))
                #expect(try LineReader(read.file).line(limit: 100) == Array("request".utf8))
            }
        }
    }

    @Test func `without anything handed, nothing is taken from a socket or a pipe`() throws {
        let (read, write) = try HandedDescriptors.sockets()
        try write.duplicate().write(Array("request\n".utf8))
        try HandedDescriptors.take(from: read.file)
        #expect(try LineReader(read.file).line(limit: 100) == Array("request".utf8))
        let pipe = try Pipe.make()
        try pipe.writeEnd.write(Array("more\n".utf8))
        try HandedDescriptors.take(from: pipe.readEnd.file)
        #expect(try LineReader(pipe.readEnd.file).line(limit: 100) == Array("more".utf8))
    }

    @Test func `too many are refused`() throws {
        let (_, write) = try HandedDescriptors.sockets()
        #expect(throws: LinuxError.self) {
            try HandedDescriptors.hand([FileDescriptor](repeating: .standardError, count: 9), over: write.file)
        }
    }
}
