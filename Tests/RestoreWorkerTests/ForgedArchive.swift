import Foundation
import SystemPackage
import TestSupport

/// Archives of exports as somebody who knows the password could make them, put together member by member in Python.
enum ForgedArchive {
    /// `member` writes a member with the names in an extended header where they are long or not plain, and remembers what the
    /// manifest must say of it; `finish` writes the manifest.
    private static let preamble = """
        import hashlib, sys
        out, lines, count = sys.stdout.buffer, [], 0
        def header(name, type, size, target=b'', mode=0o644, mtime=0, device=(0, 0)):
            block = bytearray(512)
            block[0:len(name[:100])] = name[:100]
            for start, length, value in (
                (100, 7, mode), (108, 7, 0), (116, 7, 0), (124, 11, size), (136, 11, mtime),
                (329, 7, device[0]), (337, 7, device[1])):
                block[start:start + length] = b'%0*o' % (length, value)
            block[156:157] = type
            block[157:157 + len(target[:100])] = target[:100]
            block[257:265] = b'ustar\\x0000'
            block[148:156] = b' ' * 8
            block[148:155] = b'%06o\\x00' % sum(block)
            out.write(bytes(block))
        def record(key, value):
            content = b' ' + key + b'=' + value + b'\\n'
            length = len(content) + 1
            while len(b'%d' % length) + len(content) != length: length += 1
            return b'%d' % length + content
        def member(name, type=b'0', data=b'', target=b'', records={}, known=True, size=None, **more):
            global count
            records = dict(records)
            if len(name) > 100: records[b'path'] = name
            if len(target) > 100: records[b'linkpath'] = target
            if records:
                body = b''.join(record(k, v) for k, v in records.items())
                header(b'extended', b'x', len(body))
                out.write(body + bytes(-len(body) % 512))
            header(name, type, len(data), target, **more)
            out.write(data + bytes(-len(data) % 512))
            if known: count += 1
            if known and type == b'0' and size is None: line(name, data)
        def line(name, data): lines.append(hashlib.sha256(data).hexdigest().encode() + b'  ' + name)
        def start(): member(b'nexus-backup.json', data=b'{"format": "nexus-backup", "version": 1, "id": 7, "sources": '
            b'[{"name": "system", "path": "/live", "kind": "system"}]}', known=False)
        def finish():
            first = b'# nexus-backup manifest 1; in a directory where this is extracted: sha256sum --check nexus-backup.manifest'
            files = sum(1 for line in lines if not line.startswith(b'#') or line.startswith(b'# data only'))
            end = b'# end: %d entries, %d names of regular files, 0 left out' % (count, files)
            member(b'nexus-backup.manifest', data=b'\\n'.join([first] + lines + [end]) + b'\\n', known=False)
            out.write(bytes(1024))
        start()
        """

    /// Writes the archive that `script` makes, without encryption.
    static func write(_ script: String, to path: FilePath) async throws {
        try await shell("/usr/bin/python3 - >'\(path)'", input: preamble + "\n" + script + "\nfinish()\n")
    }

    /// Makes the export of `place` of what `script` writes, encrypted by gpg with the password of all tests.
    static func make(_ place: Place, _ script: String) async throws {
        try await write(script, to: place.directory.appending("archive"))
        try await encrypt(place)
    }

    /// Makes the file `archive` in the directory of `place` its export, as gpg does it with the password of all tests.
    static func encrypt(_ place: Place) async throws {
        try await shell(
            """
            cd '\(place.directory)'
            rm -rf maker; mkdir -m 700 maker
            rm -f '\(place.export)'
            gpg --homedir maker --batch --quiet --pinentry-mode loopback --passphrase-fd 0 --s2k-count 1024 \
                --compress-algo none -o '\(place.export)' -c archive
            gpgconf --homedir maker --kill all
            rm archive
            """,
            input: Place.password + "\n"
        )
    }
}
