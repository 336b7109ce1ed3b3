import Glibc
import Linux

/// The signals that a command handles.
enum Signals {
    static let interrupt = SIGINT
    static let windowChange = SIGWINCH

    /// Those that ask a process to end.
    static let interrupting = [SIGINT, SIGTERM, SIGHUP]
}
