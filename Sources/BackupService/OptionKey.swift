import BackupModel
import DBus

/// The options that a method takes, by the names that callers give them.
protocol OptionKey: RawRepresentable<String>, CaseIterable {}

extension OptionKey {
    /// The option called `name`.
    /// - Throws: `BackupError` with `invalidArgs` where there is none, which tells the options that there are.
    init(named name: String) throws(BackupError) {
        guard let key = Self(rawValue: name) else {
            let known = Self.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw BackupError(
                .invalidArgs,
                "There is no option \"\(name.escapedForMessage)\"; the options are \(known)."
            )
        }
        self = key
    }

    /// What `read` makes of the option's value.
    /// - Throws: `BackupError` with `invalidArgs` where that is nothing, as the value is not `kind`.
    func read<Result>(_ value: Value, _ kind: String, _ read: (Value) -> Result?) throws(BackupError) -> Result {
        guard let result = read(value) else {
            throw BackupError(.invalidArgs, "The option \"\(rawValue)\" is not \(kind).")
        }
        return result
    }
}
