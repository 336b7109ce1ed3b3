import FoundationEssentials
public import SystemPackage

/// What a command that runs has written so far.
public struct Screen: Sendable {
    /// The file it is in.
    public let log: FilePath

    /// The screen called `name` of a command on `bus`, to which its output is to go.
    public init(_ name: String, of bus: PrivateBus) {
        log = bus.directory.appending("\(name).log")
    }

    /// All of it.
    public var text: String { (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? "" }

    /// Whether `part` is in it.
    public func shows(_ part: String) -> Bool {
        text.contains(part)
    }

    /// Waits until `part` is in it `count` times, ten seconds at most.
    public func untilShows(_ part: String, count: Int = 1) async throws {
        for _ in 0..<1000 {
            if text.split(separator: part, omittingEmptySubsequences: false).count > count { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestSupportError(description: "'\(part)' is not in: \(text)")
    }
}
