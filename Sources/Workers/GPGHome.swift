import FoundationEssentials
package import Linux
package import Logging
import Subprocess
package import SystemPackage

/// The private directory in which gpg and its agent live for one job.
package struct GPGHome: Sendable {
    private static let prefix = "gpg-"
    private static let attemptCount = 40

    package let path: FilePath
    private let logger: Logger

    /// Makes an empty one below `runtimeDirectory`, for root's (or the service's own user's) eyes only.
    package static func make(in runtimeDirectory: FilePath, logger: Logger) throws(LinuxError) -> GPGHome {
        let name = prefix + String(UInt64.random(in: .min ... .max), radix: 36)
        let path = runtimeDirectory.appending(name)
        try makeDirectories(path, permissions: .ownerReadWriteExecute)
        return GPGHome(path: path, logger: logger)
    }

    /// Removes those that jobs of an earlier start left, with the agents that live in them.
    package static func removeAll(in runtimeDirectory: FilePath, logger: Logger) async {
        guard let names = try? Descriptor.open(runtimeDirectory, [.readOnly, .directory]).entryNames() else { return }
        for name in names where name.string.hasPrefix(prefix) {
            await GPGHome(path: runtimeDirectory.appending(name.string), logger: logger).remove()
        }
    }

    /// Ends the agent that lives here and removes the directory with all it holds.
    ///
    /// A gpg or an agent whose worker was killed may still be making or removing files, so this looks again for a while.
    package func remove() async {
        var failure: (any Error)?
        for _ in 0..<Self.attemptCount {
            if FileManager.default.fileExists(atPath: path.appending("S.gpg-agent").string) { await endAgent() }
            do {
                try await blocking { [path] in
                    // Whoever still lives there has lost its worker; an agent without its directory would stay for minutes.
                    killProcesses(withArgument: path.string)
                    let parent = try Descriptor.open(path.removingLastComponent(), [.readOnly, .directory])
                    try parent.removeTree(path.lastComponent.map { FilePath(root: nil, components: $0) } ?? "")
                }
                return
            } catch let error as LinuxError where error.errno == .noSuchFileOrDirectory && !exists {
                return
            } catch {
                failure = error
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        if let failure {
            logger.error("gpg's directory \(path) could not be removed.", metadata: ["error": "\(failure)"])
        }
    }

    private var exists: Bool { FileManager.default.fileExists(atPath: path.string) }

    /// Asks the agent to end, as gpgconf(1) does; it takes a moment at most, and without its directory it ends by itself.
    private func endAgent() async {
        do {
            _ = try await run(
                .name("gpgconf"),
                arguments: ["--homedir", path.string, "--kill", "gpg-agent"],
                environment: .custom(["PATH": "/usr/bin:/bin"]),
                output: .discarded,
                error: .discarded
            )
        } catch {
            logger.warning("gpg-agent could not be told to end.", metadata: ["error": "\(error)"])
        }
    }
}
