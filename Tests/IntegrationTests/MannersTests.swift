import BackupModel
import DBus
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// What an export costs the machine, and what it keeps to itself.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(15)))
struct MannersTests {
    private static let password = "open-sesame-7301"

    @Test func `worker and gpg run at idle I/O class, SCHED_IDLE and nice 19, and the password is nowhere to be seen`()
        async throws
    {
        try await withService { service in
            try await shell("head -c 200000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { daemon in
                let id = try await service.createSnapshot()
                let options = Value.properties(["password": .string(Self.password), "max-rate": .uint64(4_000_000)])
                _ = try await service.call(ServiceNames.backup, "CreateWithOptions", [.uint32(id), options])
                var job: [Int32] = []
                try await eventually("worker and gpg to run") {
                    job = [worker(of: daemon.id), gpg(of: daemon.id)].compactMap { $0 }
                    return job.count == 2
                }
                try await eventually("data to flow") {
                    try await (service.status()["bytes_done"]?.integer(as: UInt64.self) ?? 0) > 1_000_000
                }
                for process in job {
                    #expect(try await shell("ionice -p \(process)") == "idle\n", "\(name(of: process))")
                    // Fields 19, the nice value, and 41, the policy: 5 is SCHED_IDLE.
                    let priority = try await shell("sed 's/.*) //' /proc/\(process)/stat | cut -d' ' -f17,39")
                    #expect(priority == "19 5\n", "\(name(of: process))")
                }
                try expectNoPassword(in: service)
                _ = try await service.call(ServiceNames.backup, "Cancel")
                try expectNoPassword(in: service)
            }
        }
    }

    /// Looks at every process's arguments and environment, the log, and every file the daemon keeps.
    private func expectNoPassword(in service: TestService) throws {
        for process in try allProcesses() {
            for file in ["cmdline", "environ"] {
                #expect(!processFile(process, file).contains(Self.password), "\(file) of \(name(of: process))")
            }
        }
        #expect(!service.logText().contains(Self.password))
        let password = Data(Self.password.utf8)
        var count = 0
        for directory in [service.root.appending("run"), service.backups, service.snapshots] {
            let files = FileManager.default.subpaths(atPath: directory.string) ?? []
            for file in files where !file.contains("S.") {
                guard let data = try? Data(contentsOf: URL(filePath: "\(directory)/\(file)")) else { continue }
                count += 1
                #expect(data.firstRange(of: password) == nil, "\(file)")
            }
        }
        #expect(count > 0)
    }

    @Test func `a cancel in the middle of a file of 10 GiB does not wait for its end`() async throws {
        try await withService(filesystem: .btrfs) { service in
            // 10 GiB that are all data to read, in 64 MiB of disk: the same extent again and again.
            try await shell(
                """
                cd \(service.root)/broot/data; head -c 67108864 /dev/urandom > part
                for i in $(seq 0 159); do xfs_io -f -c "reflink part 0 $((i * 67108864)) 67108864" big > /dev/null; done
                rm part; [ "$(stat -c %s big)" = 10737418240 ]
                """
            )
            try await service.withDaemon { _ in
                let id = try await service.createSnapshot()
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("x")])
                try await eventually("data to flow", within: .seconds(60)) {
                    try await (service.status()["bytes_done"]?.integer(as: UInt64.self) ?? 0) > 50_000_000
                }
                let start = ContinuousClock.now
                _ = try await service.call(ServiceNames.backup, "Cancel")
                // The promise is a second; the machine that runs tests may be busy with others.
                #expect(start.duration(to: .now) < .seconds(20))
                #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
            }
        }
    }

    @Test func `daemon and worker together stay under 96 MiB with 100,000 files and a sparse file of 4 GiB`()
        async throws
    {
        try await withService(filesystem: .btrfs) { service in
            try await shell(
                """
                cd \(service.root)/broot/data; truncate -s 4G sparse
                /usr/bin/python3 -c '
                import os
                for d in range(100):
                    os.mkdir(f"d{d}")
                    for f in range(1000):
                        with open(f"d{d}/file-{f}", "w") as file: file.write("x" * (f % 100))
                '
                """
            )
            try await service.withDaemon { daemon in
                let id = try await service.createSnapshot()
                _ = try await service.call(ServiceNames.backup, "Create", [.uint32(id), .string("x")])
                var peaks: [Int32: Int] = [:]
                while try await service.status()["id"]?.integer() == id {
                    for process in [daemon.id] + [worker(of: daemon.id)].compactMap({ $0 }) {
                        if let peak = peakMemory(of: process) { peaks[process] = peak }
                    }
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(try await service.status()["last_result"]?.string == "done")
                #expect(peaks.count == 2)
                let total = peaks.values.reduce(0, +)
                #expect(total <= 96 << 10, "\(peaks) KiB")
            }
        }
    }

    /// The largest resident size so far, in KiB.
    private func peakMemory(of process: Int32) -> Int? {
        let line = processFile(process, "status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }

    @Test func `SIGTERM ends a running export, removes its partial file and ends the daemon well`() async throws {
        try await withService { service in
            try await shell("head -c 20000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { daemon in
                let id = try await service.createSnapshot()
                let options = Value.properties(["password": .string("x"), "max-rate": .uint64(1_000_000)])
                _ = try await service.call(ServiceNames.backup, "CreateWithOptions", [.uint32(id), options])
                try await eventually("data to flow") {
                    try await (service.status()["bytes_done"]?.integer(as: UInt64.self) ?? 0) > 0
                }
                try daemon.terminate()
                try await eventually("the daemon to end") { name(of: daemon.id).isEmpty || isZombie(daemon.id) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: service.backups.string) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: service.root.appending("run").string) == [])
            let kept = try FileManager.default.contentsOfDirectory(atPath: service.snapshots.string)
            #expect(kept.filter { $0.hasSuffix(".partial") } == [])
            #expect(try processes(mentioning: service.root.string) == [])
        }
    }

    private func isZombie(_ process: Int32) -> Bool {
        processFile(process, "stat").split(separator: ")").last?.hasPrefix(" Z") == true
    }
}
