import DBus
import Subprocess
public import SystemPackage

/// How a command ended.
public struct CommandResult: Sendable {
    /// The exit code; the negative signal number where a signal ended it.
    public let status: Int32
    /// What it wrote to its standard output.
    public let output: String
    /// What it wrote to its standard error.
    public let errors: String
}

extension PrivateBus {
    /// Runs `command` with this bus as its system bus, as `user` where one is given, and waits for its end.
    public func run(
        _ command: [String],
        as user: String? = nil,
        input: String = "",
        environment: [String: String] = [:]
    ) async throws -> CommandResult {
        let words = Self.command(command, as: user)
        let variables = environment.merging(["DBUS_SYSTEM_BUS_ADDRESS": address.text]) { given, _ in given }
        let result = try await Subprocess.run(
            .command(words),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .inherit.updating(variables.asSubprocessEnvironment),
            workingDirectory: "/",
            input: .string(input),
            output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): -signal
            }
        return CommandResult(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs `command` with this bus as its system bus during `body`, as `user` where one is given.
    public func withCommand<Outcome: Sendable>(
        _ command: [String],
        as user: String? = nil,
        log: FilePath? = nil,
        _ body: (ChildProcess) async throws -> Outcome
    ) async throws -> Outcome {
        try await withChildProcess(
            Self.command(command, as: user),
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": address.text],
            log: log ?? directory.appending("command.log"),
            body
        )
    }

    private static func command(_ command: [String], as user: String?) -> [String] {
        guard let user else { return command }
        return ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] + command
    }
}
