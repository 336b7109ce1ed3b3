import Glibc
import SystemPackage

/// Ends at once every process, but this one, that was started with `argument` among its arguments.
public func killProcesses(withArgument argument: String) {
    guard let processes = try? Descriptor.open("/proc", [.readOnly, .directory]).entryNames() else { return }
    for name in processes {
        guard let id = Int32(name.string), id > 0, id != getpid() else { continue }
        if ChildProcesses.arguments(of: id).dropFirst().contains(argument) { kill(id, SIGKILL) }
    }
}
