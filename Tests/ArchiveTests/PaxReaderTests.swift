import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Archive

@Suite(.serialized, .timeLimit(.minutes(5)))
struct PaxReaderTests {
    /// What is in the archive `path`, and the bytes of the content that is stored of each member.
    private func read(_ path: FilePath) throws -> [(entry: ArchivedEntry, data: [UInt8])] {
        useUTF8()
        let file = try Descriptor.open(path, .readOnly)
        var reader = try PaxReader.open(from: file.file)
        var result: [(ArchivedEntry, [UInt8])] = []
        let buffer = ByteBuffer()
        while let entry = try reader.next() {
            var data: [UInt8] = []
            while try reader.readBlock(into: buffer) != nil { data += buffer.array }
            result.append((entry, data))
        }
        #expect(try reader.next() == nil)
        return result
    }

    private func failure(_ directory: FilePath, _ script: String) async throws -> String {
        try await shell("cd '\(directory)'; \(script)")
        let error = #expect(throws: ArchiveError.self) { try read(directory.appending("a.tar")) }
        return error?.message ?? ""
    }

    @Test(.needsRoot, arguments: ["", "--zstd"])
    func `members of GNU tar come out as they are`(_ options: String) async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                """
                mkdir '\(directory)/t'
                cd '\(directory)/t'
                echo content >file; ln file hard; ln -s "$(printf 'tar\\377get')" link; mkfifo fifo
                mknod far c 4095 1048575
                touch "$(printf 'decomposed e\\314\\201')" "$(head -c 250 /dev/zero | tr '\\0' n)"
                mkdir dir; chmod 1770 dir; chown 3000000:4294967294 dir
                touch -d 1969-12-31T23:59:59.25Z early
                touch -d 1960-02-29T12:00:00.25Z earlier
                setfattr -n 'user.a=b%3D' -v x file
                setfacl -m u:4000000000:r file
                truncate -s 3T sparse; printf abc | dd of=sparse bs=1 seek=2000000000000 conv=notrunc status=none
                cd ..
                tar -c --format=pax --sparse --xattrs --acls \(options) -f a.tar t
                """
            )
            let members = try read(directory.appending("a.tar"))
            func entry(_ name: String) throws -> ArchivedEntry {
                try #require(members.first { $0.entry.path == Array("t/\(name)".utf8) }?.entry)
            }
            let files = members.filter {
                ["t/file", "t/hard"].contains(String(decoding: $0.entry.path, as: UTF8.self))
            }
            #expect(files.map(\.data).sorted { $0.count < $1.count } == [[], Array("content\n".utf8)])
            let link = try #require(files.first { $0.entry.kind == .hardLink }?.entry)
            #expect(link.linkTarget == files.first { $0.entry.kind == .regular }?.entry.path)
            #expect(try entry("link").linkTarget == Array("tar".utf8) + [0xFF] + Array("get".utf8))
            #expect(try entry("link").kind == .symbolicLink)
            #expect(try entry("fifo").kind == .fifo)
            #expect(try entry("far").deviceMajor == 4095 && entry("far").deviceMinor == 1_048_575)
            _ = try entry("decomposed e\u{301}")
            _ = try entry(String(repeating: "n", count: 250))
            let folder = try entry("dir")
            #expect(folder.kind == .directory && folder.permissions == 0o1770)
            #expect(folder.userID == 3_000_000 && folder.groupID == 4_294_967_294)
            #expect(
                try entry("early").modificationSeconds == -1 && entry("early").modificationNanoseconds == 250_000_000
            )
            #expect(try entry("earlier").modificationNanoseconds == 250_000_000)
            #expect(try entry("earlier").modificationSeconds == -310478400)
            let file = try #require(files.first { $0.entry.kind == .regular }?.entry)
            let attribute = ArchivedEntry.Attribute(name: Array("user.a=b%3D".utf8), value: Array("x".utf8))
            #expect(file.extendedAttributes.contains(attribute))
            #expect(String(decoding: file.accessACL ?? [], as: UTF8.self).contains("user:4000000000:r--"))
            let sparse = try #require(members.first { $0.entry.path == Array("t/sparse".utf8) })
            #expect(sparse.entry.size == 3 << 40)
            #expect(sparse.data.count <= 8192 && sparse.data.contains(UInt8(ascii: "a")))
            #expect(sparse.entry.dataExtents?.count == 1)
        }
    }

    @Test func `what is not taken is passed over, and blocks say where they belong`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                """
                cd '\(directory)'
                for i in 0 7 9; do head -c 400000 /dev/zero | tr '\\0' $i | dd of=s bs=1M seek=$i conv=notrunc status=none; done
                truncate -s 20M s
                head -c 1000001 /dev/zero | tr '\\0' z >z
                cp z y; cp --sparse=always s r
                tar -c --format=pax --sparse -f a.tar z s y r
                """
            )
            let file = try Descriptor.open(directory.appending("a.tar"), .readOnly)
            var reader = try PaxReader.open(from: file.file)
            #expect(try reader.next()?.size == 1_000_001)
            let entry = try #require(try reader.next())
            let original = try Data(contentsOf: URL(filePath: directory.appending("s").string))
            var copy = Data(count: Int(entry.size))
            let buffer = ByteBuffer()
            while let offset = try reader.readBlock(into: buffer) {
                copy.replaceSubrange(Int(offset)..<Int(offset) + buffer.count, with: buffer.array)
            }
            #expect(copy == original)
            #expect(try reader.next()?.path == Array("y".utf8))
            #expect(try reader.readBlock(into: buffer) == 0)
            #expect(try reader.next()?.path == Array("r".utf8))
            #expect(try reader.next() == nil)
        }
    }

    @Test func `an archive that was cut off anywhere is an error`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                "cd '\(directory)'; head -c 5000 /dev/urandom >f; mkdir d; tar -c --format=pax -f all.tar f d"
            )
            for size in [0, 1, 511, 512, 1000, 2048, 5000, 7168, 8704] {
                let message = try await failure(directory, "head -c \(size) all.tar >a.tar")
                #expect(message == "it ends too early", "\(size)")
            }
        }
    }

    @Test(arguments: [
        ("head -c 1500 /dev/zero | tr '\\0' x >a.tar", "its sum is wrong"),
        ("echo x >f; tar -cf a.tar f; echo x >>a.tar", "there is something after its end"),
        ("echo x >f; tar -cf a.tar f; printf y | dd of=a.tar bs=1 seek=3 conv=notrunc status=none", "its sum is wrong"),
        ("head -c 100000 /dev/urandom >f; tar --zstd -cf b f; head -c 50000 b >a.tar", "Truncated zstd input"),
        ("truncate -s 5M f; echo x >>f; tar -cS --format=gnu -f a.tar f", "type S, which is not known"),
    ])
    func `what is no archive, or a damaged one, is an error`(_ script: String, _ reason: String) async throws {
        try await withTemporaryDirectory { directory in
            let message = try await failure(directory, script)
            #expect(message.contains(reason), "\(message)")
        }
    }

    /// Writes archives that no tar would.
    private static let forge = """
        import sys
        def header(name, type, size, **fields):
            block = bytearray(512)
            block[0:len(name)] = name
            for (start, length, value) in ((100, 7, 0o644), (108, 7, 0), (116, 7, 0), (124, 11, size), (136, 11, 0)):
                block[start:start + length] = b'%0*o' % (length, value)
            block[156:157] = type
            block[257:265] = b'ustar\\x0000'
            block[148:156] = b' ' * 8
            block[148:155] = b'%06o\\x00' % sum(block)
            return bytes(block)
        def pad(data): return data + bytes(-len(data) % 512)
        def record(key, value):
            body = b' ' + key + b'=' + value + b'\\n'
            length = len(body)
            while len(b'%d' % length) + len(body) != length: length = len(b'%d' % length) + len(body)
            return b'%d' % length + body
        def pax(*records):
            body = b''.join(record(key, value) for key, value in records)
            return header(b'x', b'x', len(body)) + pad(body)
        def sparse(map, size=10 << 40):
            return pax((b'GNU.sparse.major', b'1'), (b'GNU.sparse.minor', b'0'), (b'GNU.sparse.name', b's'),
                (b'GNU.sparse.realsize', b'%d' % size)) + header(b's', b'0', len(pad(map)) + 512) + pad(map) + bytes(512)
        out = sys.stdout.buffer
        \\(body)
        out.write(bytes(1024))
        """

    @Test(arguments: [
        ("out.write(header(b'f', b'0', 8 << 30))", "it ends too early"),
        ("out.write(header(b'x', b'x', 1 << 32))", "it has 4294967296 bytes, where 33554432 are the most"),
        ("out.write(header(b'x', b'L', 1 << 32))", "it has 4294967296 bytes"),
        ("out.write(pax((b'a', b'b')) + pax((b'a', b'b')) + header(b'f', b'0', 0))", "two extended headers"),
        ("out.write(pax((b'a', b'b')))", "it ends too early"),
        ("out.write(header(b'x', b'x', 512) + pad(b'99 a=b'))", "its extended header is not one"),
        ("out.write(pax(*[(b'a', b'')] * 70000))", "its extended header is not one"),
        ("out.write(pax((b'path', b'a\\0b')) + header(b'f', b'0', 0))", "a name holds a byte of 0"),
        ("out.write(pax((b'path', b'')) + header(b'f', b'0', 0))", "it has no name"),
        ("out.write(pax((b'size', b'-1')) + header(b'f', b'0', 0))", "its size is not a number"),
        ("out.write(pax((b'size', b'99999999999999999999')) + header(b'f', b'0', 0))", "its size is not a number"),
        ("out.write(pax((b'mtime', b'never')) + header(b'f', b'0', 0))", "its time is never"),
        ("out.write(pax((b'mtime', b'-9223372036854775808.5')) + header(b'f', b'0', 0))", "its time is too early"),
        ("out.write(pax((b'uid', b'4294967296')) + header(b'f', b'0', 0))", "its uid is 4294967296"),
        ("out.write(header(b'd', b'5', 512) + bytes(512))", "it is no regular file, and has content"),
        ("out.write(header(b'v', b'V', 0))", "type V"),
        ("out.write(sparse(b'9999999999\\n'))", "its map of holes is too long"),
        ("out.write(sparse(b'1\\n0\\n99\\n'))", "its map of holes is wrong"),
        ("out.write(sparse(b'2\\n512\\n256\\n0\\n256\\n'))", "its map of holes is wrong"),
        ("out.write(sparse(b'1\\n9223372036854775807\\n512\\n'))", "its map of holes is wrong"),
        ("out.write(sparse(b'1\\nx\\n'))", "its map of holes is wrong"),
        ("out.write(sparse(b''))", "its map of holes is wrong"),
    ])
    func `a hostile header is an error`(_ body: String, _ reason: String) async throws {
        try await withTemporaryDirectory { directory in
            let script = Self.forge.replacing("\\(body)", with: body)
            try script.write(toFile: "\(directory)/forge.py", atomically: true, encoding: .utf8)
            let message = try await failure(directory, "python3 forge.py >a.tar")
            #expect(message.contains(reason), "\(message)")
        }
    }

    /// In a process of its own, of which the memory is that of the reading.
    @Test func `memory does not grow with what is in an archive`() async throws {
        await #expect(processExitsWith: .success) {
            let before = try PaxReaderTests.peakKilobytes()
            for body in [
                "for i in range(30000): out.write(header(b'f%d' % i, b'0', 0))",
                "for i in range(20): out.write(pax((b'SCHILY.xattr.user.x', bytes(3 << 20))) + header(b'f', b'0', 0))",
                "for i in range(1000): out.write(sparse(b'1\\n%d\\n512\\n' % (i << 30)))",
            ] {
                try await withTemporaryDirectory { directory in
                    let script = Self.forge.replacing("\\(body)", with: body)
                    try script.write(toFile: "\(directory)/forge.py", atomically: true, encoding: .utf8)
                    try await shell("cd '\(directory)'; python3 forge.py >a.tar")
                    let file = try Descriptor.open(directory.appending("a.tar"), .readOnly)
                    var reader = try PaxReader.open(from: file.file)
                    let buffer = ByteBuffer()
                    while try reader.next() != nil { while try reader.readBlock(into: buffer) != nil {} }
                }
            }
            let grown = try PaxReaderTests.peakKilobytes() - before
            #expect(grown < 60 << 10, "\(grown) KiB")
        }
    }

    private static func peakKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
