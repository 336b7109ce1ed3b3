import Subprocess
import SystemPackage

/// Runs `body`; if this process ends meanwhile, however it does, the process whose id is in `pidFile` is ended and
/// `directory` removed.
func withWatchdog<Outcome: Sendable>(
    pidFile: FilePath,
    directory: FilePath,
    _ body: () async throws -> Outcome
) async throws -> Outcome {
    // The input ends when this process does; what it has just started may take a moment to write its id.
    let script = """
        trap '' INT TERM
        read -r _
        sleep 1
        kill -9 "$(cat \(pidFile))"
        rm -rf \(directory)
        """
    return try await run(
        .name("sh"),
        arguments: ["-c", script],
        input: .inputWriter,
        output: .discarded,
        error: .discarded
    ) { execution in
        let result = await outcome(body)
        await execution.teardown(using: [])
        return try result.get()
    }.closureResult
}
