import CLinux
import Glibc
public import SystemPackage

extension FileDescriptor {
    /// Whether this is a terminal; see isatty(3).
    public var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Whether this is the terminal of this process, and other processes of it are not in front; see tcgetpgrp(3).
    public var isForegroundTerminal: Bool { isTerminal && tcgetpgrp(rawValue) == getpgrp() }

    /// The terminal's width in columns; nil for what is no terminal, or one that does not know.
    public var terminalColumns: Int? {
        let columns = nx_terminal_columns(rawValue)
        return columns > 0 ? Int(columns) : nil
    }
}
