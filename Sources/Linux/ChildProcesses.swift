import CLinux
import Glibc
import SystemPackage

/// How a process ended.
public enum ProcessEnding: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
}

/// The children of this process, with the orphans among its descendants once it has adopted them.
public enum ChildProcesses {
    /// How long killed processes may take to be gone; on a busy machine they take long.
    private static let endLimit: Duration = .seconds(5)

    /// Makes this process the parent of those of its descendants whose own parent has ended, see prctl(2), so that
    /// ``endAll(patience:asking:)`` reaches them all; to be called once.
    public static func adoptOrphans() throws(LinuxError) {
        guard nx_set_child_subreaper() == 0 else { throw LinuxError(last: "prctl") }
        guard nx_watch_forks() == 0 else { throw LinuxError(.noMemory, "watch for forks") }
    }

    /// The ids of all children, those not yet waited for included.
    public static func ids() -> [Int32] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var result: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
            guard let id = Int32(String(decoding: name, as: UTF8.self)), parent(of: id) == getpid() else { continue }
            result.append(id)
        }
        return result
    }

    /// The name of the program that a process runs, at most 15 bytes of it.
    public static func programName(of id: Int32) -> String? {
        statusLine(of: id).map { String(decoding: $0.name, as: UTF8.self) }
    }

    /// The arguments of a process; none for one that has ended.
    public static func arguments(of id: Int32) -> [String] {
        guard let file = try? Descriptor.open(FilePath("/proc/\(id)/cmdline"), .readOnly),
            let bytes = try? file.readAll(limit: 1 << 20)
        else { return [] }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Takes note of the end of those children that have ended.
    public static func bury(_ ids: some Sequence<Int32>) {
        for id in ids { waitpid(id, nil, WNOHANG) }
    }

    /// Waits for one child to end.
    public static func wait(for id: Int32) throws(LinuxError) -> ProcessEnding {
        var status: Int32 = 0
        guard retrying({ waitpid(id, &status, 0) }) == id else { throw LinuxError(last: "wait for a process") }
        let signal = nx_wait_signal(status)
        return signal != 0 ? .signalled(signal) : .exited(nx_wait_exited(status))
    }

    /// Ends all children and what they leave behind: asks those that have to tidy up, and kills whatever is still there
    /// after `patience`. Returns when none is left: one that is killed may just have started another, so this waits for
    /// them to be gone, for some seconds at most. This process is to end then: a thread of it that would start another program
    /// waits for that.
    public static func endAll(patience: Duration, asking isPolite: (Int32) -> Bool) {
        // Otherwise a thread that is about to start gpg does so after the last look.
        nx_forbid_forks()
        let deadline = ContinuousClock.now + patience
        var asked: Set<Int32> = []
        var emptyLooks = 0
        while true {
            while waitpid(-1, nil, WNOHANG) > 0 {}
            let children = ids()
            // One look passes by a child that got its parent while /proc was read.
            emptyLooks = children.isEmpty ? emptyLooks + 1 : 0
            if emptyLooks == 2 { return }
            let isLate = ContinuousClock.now >= deadline
            for child in children {
                // At the lowest priority even a process that is killed takes long to end on a busy machine.
                restorePriority(of: UInt32(bitPattern: child))
                if !isLate, isPolite(child) {
                    if asked.insert(child).inserted { kill(child, SIGTERM) }
                } else {
                    kill(child, SIGKILL)
                }
            }
            if ContinuousClock.now >= deadline + endLimit { return }
            usleep(2000)
        }
    }

    private static func parent(of id: Int32) -> Int32? {
        statusLine(of: id)?.parent
    }

    /// The fields of /proc/ID/stat that are of use; the program's name in it may hold anything.
    private static func statusLine(of id: Int32) -> (name: ArraySlice<UInt8>, parent: Int32)? {
        let file = nx_open("/proc/\(id)/stat", O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let line = bytes[..<count]
        guard let open = line.firstIndex(of: UInt8(ascii: "(")), let close = line.lastIndex(of: UInt8(ascii: ")")),
            open < close
        else { return nil }
        let fields = line[(close + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count >= 2, let parent = Int32(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return (line[(open + 1)..<close], parent)
    }
}
