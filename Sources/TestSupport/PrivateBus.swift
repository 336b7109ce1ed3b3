public import DBus
import FoundationEssentials
import Subprocess
public import SystemPackage

/// A real dbus-daemon on a socket in a temporary directory, which nothing else knows of.
public struct PrivateBus: Sendable {
    /// Where it listens.
    public let address: BusAddress
    /// A directory that every user can read and that goes with the bus.
    public let directory: FilePath
    let daemon: ChildProcess

    /// Ends the bus at once, as a crash would; what is connected to it stays.
    public func kill() throws {
        try daemon.kill()
    }

    /// A new connection of this process.
    public func connect() async throws(DBusError) -> Connection {
        try await Connection.open(address)
    }
}

/// Runs `body` with a bus, and with a polkitd where `options` say so, and ends all of it afterwards.
public func withPrivateBus<Outcome: Sendable>(
    _ options: PrivateBusOptions = PrivateBusOptions(),
    _ body: (PrivateBus) async throws -> Outcome
) async throws -> Outcome {
    let directory = FilePath("/tmp/private-bus-\(String(UInt64.random(in: .min ... .max), radix: 36))")
    let address = BusAddress("unix:path=\(directory)/bus")
    let configuration = directory.appending("bus.conf")
    let command = ["dbus-daemon", "--nofork", "--nosyslog", "--config-file=\(configuration)"]
    let log = directory.appending("bus.log")
    let pidFile = directory.appending("bus.pid")
    return try await withWatchdog(pidFile: pidFile, directory: directory) {
        try createDirectory(directory)
        defer { try? FileManager.default.removeItem(atPath: directory.string) }
        try writeText(options.configuration(address, pidFile: pidFile), to: configuration)
        return try await withChildProcess(command, log: log) { daemon in
            try await untilReady("dbus-daemon", log) {
                await (try? Connection.open(address))?.close() != nil
            }
            let bus = PrivateBus(address: address, directory: directory, daemon: daemon)
            guard let polkit = options.polkit else { return try await body(bus) }
            return try await withPolkit(polkit, on: bus) { try await body(bus) }
        }
    }
}

/// Asks `isReady` every few milliseconds until it says so.
func untilReady(_ what: String, _ log: FilePath, _ isReady: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !isReady() {
        guard start.duration(to: .now) < .seconds(60) else {
            let output = (try? String(contentsOfFile: log.string, encoding: .utf8)) ?? ""
            throw TestSupportError(description: "\(what) does not start: \(output)")
        }
        try await Task.sleep(for: .milliseconds(3))
    }
}

/// What kept a test from having its environment.
public struct TestSupportError: Error, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// An error of this reason.
    public init(description: String) {
        self.description = description
    }
}

/// Creates a directory into which every user can look.
func createDirectory(_ path: FilePath) throws {
    try FileManager.default.createDirectory(
        atPath: path.string,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755]
    )
}

/// Writes a file that every user can read.
func writeText(_ text: String, to path: FilePath) throws {
    let isCreated = FileManager.default.createFile(
        atPath: path.string,
        contents: Data(text.utf8),
        attributes: [.posixPermissions: 0o644]
    )
    guard isCreated else { throw TestSupportError(description: "cannot write \(path)") }
}
