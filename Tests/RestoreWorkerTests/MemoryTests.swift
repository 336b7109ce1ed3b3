import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// What a verification takes of the machine, however much is in an export.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct MemoryTests {
    /// Writes the archive of an export with as many files as it is told, each with a second name, and its manifest.
    private static let forge = """
        import hashlib, sys
        count, out, lines = int(sys.argv[1]), sys.stdout.buffer, []
        def member(name, type, data=b'', target=b''):
            block = bytearray(512)
            block[0:len(name)] = name
            for start, length, value in ((100, 7, 0o644), (108, 7, 0), (116, 7, 0), (124, 11, len(data)), (136, 11, 0)):
                block[start:start + length] = b'%0*o' % (length, value)
            block[156:157] = type
            block[157:157 + len(target)] = target
            block[257:265] = b'ustar\\x0000'
            block[148:156] = b' ' * 8
            block[148:155] = b'%06o\\x00' % sum(block)
            out.write(bytes(block) + data + bytes(-len(data) % 512))
        member(b'nexus-backup.json', b'0', b'{"format": "nexus-backup", "version": 1, "id": 7}')
        for i in range(count):
            data, name = b'%d' % i, b'system/file-%d' % i
            member(name, b'0', data)
            member(name + b'-too', b'1', target=name)
            for line in name, name + b'-too': lines.append(hashlib.sha256(data).hexdigest().encode() + b'  ' + line)
        first = b'# nexus-backup manifest 1; in a directory where this is extracted: sha256sum --check nexus-backup.manifest'
        end = b'# end: %d entries, %d names of regular files, 0 left out' % (2 * count, 2 * count)
        member(b'nexus-backup.manifest', b'0', b'\\n'.join([first] + lines + [end]) + b'\\n')
        out.write(bytes(1024))
        """

    /// Runs a program with a request on its standard input, and says with what status it ended and what memory it took at most.
    private static let measure = """
        import resource, subprocess, sys
        process = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdin.write(sys.stdin.buffer.read())
        process.stdin.flush()
        print(process.wait(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        """

    /// The most memory that verifying an export of `count` files with two names each takes, in KiB.
    private func peak(_ count: Int) async throws -> Int {
        try await Place.with { place in
            try Self.forge.write(toFile: "\(place.directory)/forge.py", atomically: true, encoding: .utf8)
            try Self.measure.write(toFile: "\(place.directory)/measure.py", atomically: true, encoding: .utf8)
            try await shell(
                """
                cd '\(place.directory)'
                mkdir -m 700 maker
                python3 forge.py \(count) >archive
                gpg --homedir maker --batch --quiet --pinentry-mode loopback --passphrase-fd 0 --s2k-count 1024 \
                    --compress-algo none -o '\(place.export)' -c archive
                gpgconf --homedir maker --kill all
                """,
                input: Place.password + "\n"
            )
            let line = try String(decoding: JSONEncoder().encode(place.request(nil)), as: UTF8.self)
            let program = try executableDirectory().appending("nexus-restore")
            let output = try await shell(
                "python3 '\(place.directory)/measure.py' '\(program)'",
                input: "\(line)\n\(Place.password)\n"
            )
            let numbers = output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
            #expect(numbers.first == 0, "\(count) files")
            return try #require(numbers.last)
        }
    }

    @Test func `memory does not grow with the number of files and hard links`() async throws {
        let (few, many) = (try await peak(10), try await peak(40_000))
        #expect(many < few + (6 << 10), "\(few) KiB and \(many) KiB")
    }

    /// The most memory that restoring `count` files, each with a second name and some in a directory of their own, takes, in KiB.
    private func peakOfRestoring(_ count: Int) async throws -> Int {
        let script = """
            member(b'system', b'5', mode=0o755)
            for i in range(\(count)):
                if i % 5 == 0:
                    directory = b'system/directory-%d' % i
                    member(directory, b'5', mode=0o750, mtime=i)
                name = directory + b'/file'
                member(name + b'-%d' % i, data=b'%d' % i)
                member(name + b'-%d-too' % i, b'1', target=name + b'-%d' % i)
                line(name + b'-%d-too' % i, b'%d' % i)
            """
        return try await Place.with { place in
            try await ForgedArchive.make(place, script)
            try await place.makeTarget()
            try Self.measure.write(toFile: "\(place.directory)/measure.py", atomically: true, encoding: .utf8)
            let restoration = Restoration(origin: .export, destination: .directory(place.target.bytes))
            let program = try executableDirectory().appending("nexus-restore")
            let output = try await shell(
                "python3 '\(place.directory)/measure.py' '\(program)'",
                input: place.input(restoration)
            )
            let numbers = output.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
            #expect(numbers.first == 0, "\(count) files")
            return try #require(numbers.last)
        }
    }

    @Test func `memory does not grow with the number of files and directories that are restored`() async throws {
        let (few, many) = (try await peakOfRestoring(10), try await peakOfRestoring(4000))
        #expect(many < few + (4 << 10), "\(few) KiB and \(many) KiB")
    }
}
