import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Restorations that do not come to their end, or are disturbed.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct InterruptionTests {
    /// Starts a worker with a request on its standard input, and nobody reading its report; waits until there is a hidden name
    /// with at least as many entries as it is told, or as many bytes; lets it be cancelled or kills it; and says how it ended.
    private static let driver = """
        import os, subprocess, sys, time
        program, directory, wanted, how = sys.argv[1:5]
        reading, writing = os.pipe()
        process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE)
        process.stdin.write(sys.stdin.buffer.read())
        process.stdin.flush()
        def size():
            for name in os.listdir(directory):
                if not name.startswith('.nexus-restore-'): continue
                path = os.path.join(directory, name)
                try: return len(os.listdir(path)) if os.path.isdir(path) else os.stat(path).st_size
                except OSError: pass
            return -1
        while size() < int(wanted) and process.poll() is None: time.sleep(0.001)
        start = time.monotonic()
        if how == 'end': process.stdin.close()
        else: process.terminate()
        text = process.stderr.read().decode()
        process.wait()
        print('cancelled' if '"Cancelled"' in text else text, process.returncode, time.monotonic() - start < 10)
        """

    private func interrupt(
        _ place: Place,
        _ restoration: Restoration,
        in directory: FilePath,
        at size: Int,
        _ how: String
    )
        async throws -> String
    {
        try Self.driver.write(toFile: "\(place.directory)/driver.py", atomically: true, encoding: .utf8)
        let program = try executableDirectory().appending("nexus-restore")
        return try await shell(
            "python3 '\(place.directory)/driver.py' '\(program)' '\(directory)' \(size) \(how)",
            input: place.input(restoration)
        )
    }

    @Test func `nothing hidden stays when a tree is half there and the job is cancelled`() async throws {
        try await Place.with { place in
            try await shell("cd '\(place.tree)'; mkdir d; cd d; seq 1500 | xargs touch; mkdir ../../live ../../live/d")
            let live = place.directory.appending("live")
            let restoration = Restoration(
                origin: .snapshot([.init(name: "system", path: place.tree.bytes)]),
                paths: [Array("system/d".utf8)],
                destination: .besideOriginals([.init(name: "system", path: live.bytes)], date: "2026-11-21"),
                report: 1
            )
            let before = try await describeTree(live).dropFirst()
            #expect(try await interrupt(place, restoration, in: live, at: 1000, "end") == "cancelled 1 True\n")
            #expect(try await describeTree(live).dropFirst() == before)
        }
    }

    @Test func `nothing hidden stays when a file is half there and the job is told to stop`() async throws {
        try await Place.with { place in
            try await shell("head -c 400000000 /dev/zero | tr '\\0' x >'\(place.tree)/large'")
            try await place.makeTarget()
            let restoration = Restoration(
                origin: .snapshot([.init(name: "system", path: place.tree.bytes)]),
                paths: [Array("system/large".utf8)],
                destination: .directory(place.target.bytes)
            )
            #expect(try await interrupt(place, restoration, in: place.target, at: 1, "stop") == "cancelled 1 True\n")
            #expect(try await shell("ls -A '\(place.target)'") == "")
        }
    }

    @Test(arguments: [false, true])
    func `a full disk is told as one, and holds no file that is not whole`(isSnapshot: Bool) async throws {
        try await Place.with { place in
            try await shell(
                "cd '\(place.tree)'; mkdir a; echo small >a/small; head -c 12000000 /dev/urandom >a/large; touch -d 2001-01-01 a/*"
            )
            if !isSnapshot { try await place.makeExport() }
            try await place.makeTarget()
            try await shell("mount -t tmpfs -o size=8m tmpfs '\(place.target)'")
            do {
                let run = try await place.restore(isSnapshot: isSnapshot)
                #expect(run.failure?.code == .noSpace)
                #expect(run.failure?.message.contains("system/a/large") == true)
                #expect(try await shell("cd '\(place.target)'; find . -name '*large*' -o -name '.nexus*'") == "")
                try await shell("umount '\(place.target)'")
            } catch {
                try await shell("umount '\(place.target)'")
                throw error
            }
        }
    }

    /// Lets directories and a symbolic link to the outside change places, over and over.
    private static let attacker = """
        import ctypes, os, sys, time
        # As unimportant as the worker, which would get nowhere otherwise.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        target, outside, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
        libc = ctypes.CDLL(None, use_errno=True)
        evil = os.path.join(target, 'evil').encode()
        os.symlink(outside, evil)
        end = time.monotonic() + 120
        while time.monotonic() < end and not os.path.exists(os.path.join(os.path.dirname(target), 'enough')):
            for i in range(count):
                name = os.path.join(target, 'd%d' % i).encode()
                libc.renameat2(-100, name, -100, evil, 2)
                libc.renameat2(-100, name, -100, evil, 2)
        """

    @Test(arguments: [false, true])
    func `who lets a directory and a link change places meanwhile gets nothing outside`(isSnapshot: Bool) async throws {
        try await Place.with { place in
            try Self.attacker.write(toFile: "\(place.directory)/attacker.py", atomically: true, encoding: .utf8)
            let live = place.directory.appending("live")
            try await shell(
                """
                cd '\(place.tree)'; for i in $(seq 0 9); do mkdir d$i; for j in $(seq 4); do echo $i >d$i/f$j; done; done
                ln d0/f1 d9/link; mkdir ../outside ../live; cp -a . ../live; touch ../outside/f1; chmod 700 d*
                """
            )
            if !isSnapshot { try await place.makeExport() }
            let before = try await describeTree(place.directory.appending("outside"))
            let attack = Task {
                try await shell(
                    "cd '\(place.directory)'; python3 attacker.py '\(live)' '\(place.directory)/outside' 10"
                )
            }
            for _ in 0..<2 {
                let places = Restoration.Destination.originalPlaces([.init(name: "system", path: live.bytes)])
                _ = try await place.restore(isSnapshot: isSnapshot, to: places, overwrite: true)
            }
            try await shell("touch '\(place.directory)/enough'")
            _ = try await attack.value
            #expect(try await describeTree(place.directory.appending("outside")) == before)
            #expect(try await place.leftovers() == [])
        }
    }
}
