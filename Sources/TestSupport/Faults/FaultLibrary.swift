public import SystemPackage

/// The library that makes system calls of other programs fail.
public struct FaultLibrary: Sendable {
    private static let source = FilePath(#filePath).removingLastComponent().appending("faults.c")

    private let path: FilePath

    /// Compiles it into `directory`.
    public static func make(in directory: FilePath) async throws -> FaultLibrary {
        let path = directory.appending("faults.so")
        // poll(2) is declared as if it did not read what it is given.
        let warnings = "-Wall -Wextra -Werror -Wno-maybe-uninitialized"
        try await shell("cc -shared -fPIC -O1 \(warnings) -o '\(path)' '\(source)'")
        return FaultLibrary(path: path)
    }

    /// What a program needs in its environment to meet the faults of `plan`.
    public func environment(_ plan: FaultPlan) -> [String: String] {
        ["LD_PRELOAD": path.string, "NEXUS_FAULT_PLAN": plan.path.string]
    }
}
