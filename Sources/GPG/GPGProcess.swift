import Glibc
import Linux
import SystemPackage

/// The gpg that GPGME has started, of which it tells nothing.
enum GPGProcess {
    /// Finds gpg among this process's children. GPGME forks twice, so at first gpg is not yet a child of ours, and then not
    /// yet gpg; and it starts others, to ask for versions and directories, which have ended by then and are buried here.
    ///
    /// - Parameters:
    ///   - messages: The pipes that gpg writes to: once it has ended there is nothing to find by its arguments.
    ///   - option: What is among its arguments, and among those of no other.
    static func find(notAmong before: Set<Int32>, messages: [Int32], option: String) throws(GPGError) -> Int32 {
        // At the lowest priority, on a machine that is busy, a process may take long to get going.
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let new = ChildProcesses.ids().filter { !before.contains($0) }
            if let found = new.first(where: { isWorking($0, option) }) {
                let others = new.filter { $0 != found && ChildProcesses.programName(of: $0)?.hasPrefix("gpg") == true }
                ChildProcesses.bury(others)
                return found
            }
            if hasEnded(messages) { throw GPGError(operation: "start gpg", message: "it ended at once") }
            usleep(500)
        }
        throw GPGError(operation: "start gpg", message: "it is not among the children of this process")
    }

    /// Whether nobody can write to any of the pipes any more.
    private static func hasEnded(_ pipes: [Int32]) -> Bool {
        var files = pipes.map { pollfd(fd: $0, events: 0, revents: 0) }
        return poll(&files, nfds_t(files.count), 0) == files.count && !files.isEmpty
            && files.allSatisfy { Int32($0.revents) & POLLHUP != 0 }
    }

    private static func isWorking(_ process: Int32, _ option: String) -> Bool {
        ChildProcesses.programName(of: process) == "gpg" && ChildProcesses.arguments(of: process).contains(option)
    }

    /// GPGME learns from gpg's messages how it fared, and of a gpg that was killed it learns nothing.
    static func checkEnding(of id: Int32, _ operation: String) throws(GPGError) {
        let ending: ProcessEnding
        do {
            ending = try ChildProcesses.wait(for: id)
        } catch {
            throw GPGError(operation: "wait for gpg", message: "\(error.errno)")
        }
        switch ending {
        case .exited(0): return
        case .exited(let status): throw GPGError(operation: operation, message: "gpg ended with status \(status)")
        case .signalled(let signal): throw GPGError(operation: operation, message: "gpg was ended by signal \(signal)")
        }
    }
}
