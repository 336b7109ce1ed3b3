import BackupModel
import FoundationEssentials
import Glibc
public import Linux
public import SystemPackage

/// Where a command reads and writes: the process's three standard files and its terminal.
public struct Console: Sendable {
    /// Where a password may come from.
    public var input: FileDescriptor = .standardInput
    /// Where results go.
    public var output: FileDescriptor = .standardOutput
    /// Where progress, questions and errors go.
    public var errors: FileDescriptor = .standardError
    /// The terminal that passwords are typed at.
    public var terminal: FilePath = "/dev/tty"
    /// The signals that interrupt a command; nil where they end the process as usual.
    public var signals: SignalWatch?

    /// The console of this process.
    public init() {}

    /// The console that commands use; a test sets its own.
    @TaskLocal public static var current = Console()
}

extension Console {
    /// Writes a line to the output.
    func print(_ line: String = "") throws {
        do {
            try output.writeAll(Array("\(line)\n".utf8))
        } catch {
            throw BackupError(.failed, "The standard output can't be written: \(error).", cause: error)
        }
    }

    /// Writes a line to the errors; that nobody reads it is no reason to stop.
    func note(_ line: String) {
        show("\(line)\n")
    }

    /// Writes text without a line end to the errors.
    func show(_ text: String) {
        _ = try? errors.writeAll(Array(text.utf8))
    }

    /// How wide a table may be; nil, which is as wide as it gets, where the output is no terminal.
    var outputWidth: Int? { output.terminalColumns }

    /// Whether one line of the errors can be written again and again.
    var canRedrawErrors: Bool {
        errors.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// How wide the errors are.
    var errorWidth: Int { errors.terminalColumns ?? 80 }
}

extension Console {
    /// Seconds since 1970-01-01 UTC.
    var now: UInt64 { UInt64(max(0, time(nil))) }
}
