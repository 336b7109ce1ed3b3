import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

@Suite(.serialized, .timeLimit(.minutes(5)))
struct ManifestTests {
    /// What a manifest must say of a tree, by another program that follows the description of the format.
    private static let oracle = """
        import hashlib, os, sys
        root, name = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2])
        escape = lambda path: path.replace(b'\\\\', b'\\\\\\\\').replace(b'\\n', b'\\\\n').replace(b'\\r', b'\\\\r')
        def line(path, shown):
            size = os.path.getsize(path)
            runs, end = [], 0
            with open(path, 'rb') as file:
                while end < size:
                    try: start = os.lseek(file.fileno(), end, os.SEEK_DATA)
                    except OSError: break
                    end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
                    runs.append((start, end))
                hash = hashlib.sha256()
                if size - sum(end - start for start, end in runs) <= 1 << 30:
                    file.seek(0)
                    while chunk := file.read(1 << 20): hash.update(chunk)
                    mark = b'\\\\' if escape(shown) != shown else b''
                    return mark + hash.hexdigest().encode() + b'  ' + escape(shown)
                for start, end in runs:
                    hash.update(start.to_bytes(8, 'big'))
                    file.seek(start)
                    hash.update(file.read(end - start))
                return b'# data only: ' + hash.hexdigest().encode() + b'  ' + escape(shown)
        lines = []
        for folder, _, files in os.walk(root):
            for file in files:
                path = os.path.join(folder, file)
                if os.path.isfile(path) and not os.path.islink(path):
                    lines.append(line(path, name + path[len(root):]))
        sys.stdout.buffer.write(b'\\n'.join(sorted(lines)) + b'\\n')
        """

    @Test(.needsRoot) func `the manifest has every regular file, and is the last member`() async throws {
        try await Workplace.with { place in
            try await TortureTree.small.make(at: place.tree)
            let result = try await place.export()
            try await place.decrypt(into: "tar -tv > '\(place.directory)/list'")
            let last = try await shell("tail -n 1 '\(place.directory)/list'")
            #expect(last.hasSuffix(ManifestFormat.memberName + "\n"))
            try await place.decrypt(into: "tar -xO \(ManifestFormat.memberName) > '\(place.directory)/manifest'")
            try Self.oracle.write(toFile: "\(place.directory)/oracle.py", atomically: true, encoding: .utf8)
            try await shell(
                """
                cd '\(place.directory)'
                python3 oracle.py tree system >expected
                grep -a -v '^# [^d]' manifest | LC_ALL=C sort >listed
                LC_ALL=C sort -o expected expected
                diff -a expected listed >&2
                grep -q '^# data only: ' listed
                grep -a -q '^# left out: socket  system/types/socket$' manifest
                """
            )
            let files = try await shell("find '\(place.tree)' -type f -printf x | wc -c").trimmingNewline
            let end = try await shell("tail -n 1 '\(place.directory)/manifest'")
            #expect(
                end == """
                    # end: \(result.entryCount) entries, \(files) names of regular files, \(result.leftOutCount) left out

                    """
            )
        }
    }

    @Test(.needsRoot) func `sha256sum checks an extracted tree by the manifest, and finds changes`() async throws {
        try await Workplace.with { place in
            try await shell(
                """
                mkdir '\(place.tree)'
                cd '\(place.tree)'
                echo content >plain
                : >empty
                head -c 300000 /dev/urandom >large
                ln large 'second name'
                truncate -s 5M holes
                echo odd >"$(printf 'back\\\\slash, new\\nline, return\\r, invalid\\377')"
                """
            )
            try await place.export()
            let target = try await place.extractWithGNUTar(to: "out")
            let check = "cd '\(target)' && sha256sum --check --strict --quiet \(ManifestFormat.memberName)"
            try await shell(check)
            try await shell("printf x | dd of='\(target)/system/large' bs=1 seek=5 conv=notrunc status=none")
            let found = try await shell("(\(check)) 2>/dev/null | sort || true")
            #expect(found == "system/large: FAILED\nsystem/second name: FAILED\n")
        }
    }

    @Test(.needsRoot) func `flags are in the manifest and in the archive, and the result tells of them`() async throws {
        try await withMountedBtrfs { image in
            let mount = image.mountPoint
            try await Workplace.with(in: mount) { place in
                try await shell(
                    """
                    mkdir '\(place.tree)'
                    cd '\(place.tree)'
                    touch immutable append both plain
                    chattr +i immutable
                    chattr +a append
                    chattr +ad both
                    """
                )
                let run = try WorkerRun(place.request(), password: "sesame", output: place.output)
                let status = await run.waitForEnd()
                try await shell("cd '\(place.tree)'; chattr -i immutable; chattr -ad append both")
                #expect(status == 0)
                let notes = run.events.compactMap { if case .note(let note) = $0 { note } else { nil } }
                #expect(notes.contains { $0.hasPrefix("3 entries are immutable") })
                let lines = try await place.decrypt(
                    into: "tar -xO --warning=no-unknown-keyword \(ManifestFormat.memberName) | grep '^# flags' | sort"
                )
                #expect(
                    lines == """
                        # flags: append-only  system/append
                        # flags: append-only no-dump  system/both
                        # flags: immutable  system/immutable

                        """
                )
                try await shell("mkdir '\(mount)/restored'")
                try await place.decrypt(into: "bsdtar -xpf - -C '\(mount)/restored'")
                let flags = try await shell("cd '\(mount)/restored/system'; lsattr -d * | sed 's/-//g'; chattr -iad *")
                #expect(flags == "a append\nad both\ni immutable\n plain\n")
            }
        }
    }

    @Test func `what can't be kept aside fails the export, and says so`() async throws {
        try await Workplace.with { place in
            try await shell("mkdir '\(place.tree)'; touch '\(place.tree)/file'")
            var request = place.request()
            request.spoolDirectory = "\(place.directory)/missing"
            let run = try WorkerRun(request, password: "sesame", output: place.output)
            #expect(await run.waitForEnd() == 1)
            guard case .failed(let failure) = run.events.last else {
                Issue.record("no reason: \(run.events)")
                return
            }
            #expect(failure.code == .failed)
            #expect(failure.message.contains("The list of the files in the export could not be kept"))
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { trimmingCharacters(in: .newlines) }
}
