import Subprocess
public import SystemPackage

/// A process that runs for as long as a test needs it.
public struct ChildProcess: Sendable {
    /// Its process id.
    public let id: Int32
    private let signal: @Sendable (Signal) throws -> Void

    init(id: Int32, signal: @escaping @Sendable (Signal) throws -> Void) {
        self.id = id
        self.signal = signal
    }

    /// Ends it at once.
    public func kill() throws {
        try signal(.kill)
    }

    /// Asks it to end.
    public func terminate() throws {
        try signal(.terminate)
    }
}

/// Runs `command` during `body`, its output going to `log`, and ends it afterwards if it still runs.
public func withChildProcess<Outcome: Sendable>(
    _ command: [String],
    environment: [String: String] = [:],
    log: FilePath,
    _ body: (ChildProcess) async throws -> Outcome
) async throws -> Outcome {
    let output = try FileDescriptor.open(
        log,
        .writeOnly,
        options: [.create, .append],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
    )
    let configuration = Configuration(
        executable: .command(command),
        arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(environment.asSubprocessEnvironment)
    )
    return try await run(
        configuration,
        input: .none,
        output: .fileDescriptor(output, closeAfterSpawningProcess: true),
        error: .combinedWithOutput
    ) { execution in
        let child = ChildProcess(id: execution.processIdentifier.value) { try execution.send(signal: $0) }
        let result = await outcome { try await body(child) }
        await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))])
        return try result.get()
    }.closureResult
}

/// What comes of `body`, which does not keep the caller from cleaning up.
func outcome<Outcome>(_ body: () async throws -> Outcome) async -> Result<Outcome, any Error> {
    do {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}

extension [String: String] {
    var asSubprocessEnvironment: [Environment.Key: String?] {
        var result: [Environment.Key: String?] = [:]
        for (key, value) in self { result[Environment.Key(stringLiteral: key)] = value }
        return result
    }
}

extension Executable {
    /// The program of `command`, which is looked up where it is a mere name.
    static func command(_ command: [String]) -> Executable {
        let word = command.first ?? ""
        return word.contains("/") ? .path(FilePath(word)) : .name(word)
    }
}
