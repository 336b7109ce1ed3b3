import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot)
struct IOSchedulerTests {
    @Test func `the scheduler of the disk under a btrfs is that of its device`() async throws {
        try await withBtrfsImage { point in
            let device = try await shell("findmnt -no SOURCE \(point)").dropLast()
            let queue = "/sys/block/\(device.split(separator: "/").last ?? "")/queue/scheduler"
            for scheduler in ["none", "mq-deadline"] {
                try await shell("echo \(scheduler) > \(queue)")
                #expect(ioScheduler(under: point) == scheduler)
            }
        }
    }

    @Test(arguments: ["/proc", "/dev/shm", "/nonexistent"] as [FilePath])
    func `what is on no disk has no scheduler`(path: FilePath) {
        #expect(ioScheduler(under: path) == nil)
    }
}
