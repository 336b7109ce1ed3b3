import BackupModel
import Linux
import SystemPackage

/// Asks for a password at the terminal without showing it; for a new one twice.
struct PasswordPrompt {
    let console: Console
    var isNew = true

    /// The password that was typed.
    ///
    /// - Throws: `BackupError` with `invalidArgs` where there is no terminal or the two differ; `Interruption` for
    ///   Ctrl-C and the console's signals.
    func ask() async throws -> Secret {
        let terminal = try openTerminal()
        let first = try await line("Password for the backup: ", terminal)
        try PasswordSource.check(first)
        guard isNew else { return first }
        let second = try await line("The same once more: ", terminal)
        guard first.equals(second) else {
            throw BackupError(.invalidArgs, "The two passwords are not the same; no backup was started.")
        }
        return first
    }

    private func openTerminal() throws(BackupError) -> SharedDescriptor {
        do {
            return SharedDescriptor(try Descriptor.open(console.terminal, [.readWrite]))
        } catch {
            throw BackupError(
                .invalidArgs,
                "There is no terminal to ask for the password at; use --password-file, or standard input.",
                cause: error
            )
        }
    }

    private func line(_ question: String, _ terminal: SharedDescriptor) async throws -> Secret {
        let result = try await console.untilSignal { try await Self.line(question, terminal) }
        switch result {
        case .typed(let password): return password
        case .cancelled, .woken: throw Interruption(signal: Signals.interrupt)
        case .ended: throw BackupError(.invalidArgs, "No password was typed; nothing was started.")
        }
    }

    /// Asks, and gives up when its task is cancelled.
    private static func line(_ question: String, _ terminal: SharedDescriptor) async throws -> HiddenLine {
        let waker = try Pipe.make().ends()
        return try await withTaskCancellationHandler {
            try await blocking {
                let file = terminal.file
                try file.writeAll(Array(question.utf8))
                defer { _ = try? file.writeAll([UInt8(ascii: "\n")]) }
                return try HiddenLine.read(
                    from: file,
                    limit: PasswordSource.maximumByteCount,
                    waker: waker.read.file
                )
            }
        } onCancel: {
            _ = try? waker.write.file.writeAll([0])
        }
    }
}

extension Secret {
    /// Whether the bytes are the same.
    fileprivate func equals(_ other: Secret) -> Bool {
        unsafe withBytes { first in
            unsafe other.withBytes { second in unsafe first.elementsEqual(second) }
        }
    }
}
