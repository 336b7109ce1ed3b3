import BackupModel
import DBus
import Exports
import Linux

/// How a caller of `Restore` wants it done.
struct RestoreOptions: Sendable {
    /// What is read.
    enum Origin: String, CaseIterable {
        case auto
        case snapshot
        case export
    }

    private enum Key: String, OptionKey {
        case password
        case passwordFD = "password-fd"
        case from
        case overwrite
        case beside
        case dryRun = "dry-run"
        case reportFD = "report-fd"
        case targetFD = "target-fd"
    }

    var password: Secret?
    var origin: Origin = .auto
    var overwrite = false
    var beside: Bool?
    var isDryRun = false
    var report: SharedDescriptor?
    var target: SharedDescriptor?

    /// Reads the options.
    /// - Throws: `BackupError` with `invalidArgs` for one that is unknown or mistyped.
    init(arguments: [String: Value]) async throws {
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            try set(Key(named: name), to: value)
        }
        guard beside != true || !overwrite else {
            throw BackupError(
                .invalidArgs,
                "The options \"overwrite\" and \"beside\" contradict each other; pass one of them."
            )
        }
        let passwords = arguments.filter { ["password", "password-fd"].contains($0.key) }
        if !passwords.isEmpty { password = try await ExportOptions(arguments: passwords).password }
    }

    private mutating func set(_ key: Key, to value: Value) throws {
        switch key {
        case .password, .passwordFD: break
        case .from:
            origin = try key.read(value, "\"auto\", \"snapshot\" or \"export\" (s)") {
                $0.string.flatMap(Origin.init)
            }
        case .overwrite: overwrite = try key.read(value, "a boolean (b)") { $0.bool }
        case .beside: beside = try key.read(value, "a boolean (b)") { $0.bool }
        case .dryRun: isDryRun = try key.read(value, "a boolean (b)") { $0.bool }
        case .reportFD: report = try key.read(value, "a file descriptor (h)") { $0.fileDescriptor }
        case .targetFD: target = try key.read(value, "a file descriptor (h)") { $0.fileDescriptor }
        }
    }
}
