import Linux
import SystemPackage
import Testing

struct LineReaderTests {
    private func reader(_ text: String) throws -> (LineReader, SharedDescriptor) {
        let pipe = try Pipe.make().ends()
        try pipe.write.duplicate().write(Array(text.utf8))
        return (LineReader(pipe.read.file), pipe.read)
    }

    @Test func `lines come one by one, and what has no end is none`() throws {
        let (reader, pipe) = try reader("one\n\ntwo and more\nrest")
        #expect(try reader.line(limit: 100) == Array("one".utf8))
        #expect(try reader.line(limit: 100) == [])
        let secret = try #require(try reader.secretLine(limit: 100))
        #expect(secret.withBytes { Array($0) } == Array("two and more".utf8))
        #expect(try reader.line(limit: 100) == nil)
        withExtendedLifetime(pipe) {}
    }

    @Test(arguments: ["12345\n", "12345", "123456789\n"])
    func `a line that is too long is refused`(_ text: String) throws {
        let (reader, pipe) = try reader(text)
        let error = #expect(throws: LinuxError.self) { try reader.line(limit: 4) }
        #expect(error?.errno == .messageTooLong)
        withExtendedLifetime(pipe) {}
    }

    @Test func `a line longer than the buffer comes whole`() throws {
        let pipe = try Pipe.make().ends()
        let line = [UInt8](repeating: 0x61, count: 300_000)
        let writing = try Thread.start(named: "writing") { try? pipe.write.duplicate().write(line + [0x0A]) }
        #expect(try LineReader(pipe.read.file).line(limit: 1 << 20) == line)
        writing.join()
    }
}
