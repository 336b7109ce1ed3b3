import Subprocess

/// Runs `script` with bash, any failing command ending it, and returns what it wrote to its standard output.
@discardableResult
public func shell(_ script: String, input: String = "") async throws -> String {
    let result = try await run(
        .name("bash"),
        arguments: ["-euo", "pipefail", "-c", script],
        input: .string(input),
        output: .string(limit: 16 << 20),
        error: .string(limit: 1 << 20)
    )
    guard result.terminationStatus.isSuccess else {
        throw TestSupportError(description: "\(script): \(result.terminationStatus): \(result.standardError)")
    }
    return result.standardOutput
}
