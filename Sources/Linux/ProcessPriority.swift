import CLinux
import Glibc

/// The I/O scheduling class of a process; see ioprio_set(2).
public enum IOSchedulingClass: Sendable {
    /// Only when nobody else wants the disk.
    case idle
    /// The last of those that share the disk.
    case lowestBestEffort
}

/// Makes this thread, and those and the processes it starts from now on, give way to all others; as far as the system lets it.
///
/// With the class `idle` they get what the others leave of the processor, too: `SCHED_IDLE`, see sched(7).
public func lowerPriority(_ ioClass: IOSchedulingClass) {
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    switch ioClass {
    case .idle:
        _ = nx_set_scheduler(0, Int32(nx_sched_idle))
        _ = nx_ioprio_set_self(Int32(nx_ioprio_class_idle), 0)
    case .lowestBestEffort: _ = nx_ioprio_set_self(Int32(nx_ioprio_class_best_effort), 7)
    }
}

/// Gives all threads of this process their ordinary share of the processor again, as far as the system lets it: to end takes
/// a thread a moment of it.
public func restorePriority() {
    guard let directory = opendir("/proc/self/task") else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { name in name.prefix { $0 != 0 }.map { $0 } }
        if let thread = UInt32(String(decoding: name, as: UTF8.self)) { restorePriority(of: thread) }
    }
}

/// Gives one process or thread its ordinary share of the processor again.
func restorePriority(of id: UInt32) {
    _ = nx_set_scheduler(pid_t(bitPattern: id), Int32(nx_sched_other))
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id, 0)
}

/// Makes this process, and those it starts, the first to go when memory runs out; as far as the system lets it.
public func volunteerForKilling() {
    let file = nx_open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0)
    guard file >= 0 else { return }
    _ = Glibc.write(file, "500", 3)
    close(file)
}

/// Makes the C library take names and texts as UTF-8, whatever the environment says.
public func useUTF8() {
    setlocale(LC_CTYPE, "C.UTF-8")
}
