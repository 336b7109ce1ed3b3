import BackupModel
import DBus

/// Reads an `a{sv}` that the service returned.
///
/// A key that is not known is ignored and one that is missing gives a default, so that client and service of different
/// versions understand each other; a value of the wrong type is an error.
struct PropertyReader {
    private let entries: [String: Value]
    /// What the entries are, for an error, such as `Backup1.Status`.
    private let source: String

    init(_ value: Value?, from source: String) throws(BackupError) {
        guard let entries = value?.propertyEntries else {
            throw Self.mismatch(source, "a dictionary (a{sv}) was expected", found: value)
        }
        self.entries = entries
        self.source = source
    }

    func number<Number: FixedWidthInteger>(_ key: String) throws(BackupError) -> Number? {
        try read(key, "an integer") { $0.integer() }
    }

    func flag(_ key: String) throws(BackupError) -> Bool? {
        try read(key, "a boolean") { $0.bool }
    }

    func text(_ key: String) throws(BackupError) -> String? {
        try read(key, "a string") { $0.string }
    }

    func bytes(_ key: String) throws(BackupError) -> [UInt8]? {
        try read(key, "an array of bytes") { value in
            value.signature == "ay" ? value.elements?.compactMap { $0.integer() } : nil
        }
    }

    func texts(_ key: String) throws(BackupError) -> [String]? {
        try read(key, "an array of strings") { value in
            guard let elements = value.elements else { return nil }
            let strings = elements.compactMap(\.string)
            return strings.count == elements.count ? strings : nil
        }
    }

    func byteStrings(_ key: String) throws(BackupError) -> [[UInt8]]? {
        try read(key, "an array of arrays of bytes") { $0.elements?.compactMap(\.bytes) }
    }

    /// The dictionary called `key`, or each of an array of them.
    func dictionaries(_ key: String) throws(BackupError) -> [PropertyReader]? {
        let values: [Value]? = try read(key, "dictionaries") { value in
            value.propertyEntries == nil ? value.elements : [value]
        }
        guard let values else { return nil }
        var readers: [PropertyReader] = []
        for value in values { readers.append(try PropertyReader(value, from: source)) }
        return readers
    }

    /// Whether there is nothing.
    var isEmpty: Bool { entries.isEmpty }

    /// The id, which is never left out.
    func id() throws(BackupError) -> SnapshotID {
        guard let id: SnapshotID = try number("id") else {
            throw BackupError(.failed, "The backup service sent no \"id\" in the reply of \(source).")
        }
        return id
    }

    private func read<Result>(
        _ key: String,
        _ wanted: String,
        _ read: (Value) -> Result?
    ) throws(BackupError) -> Result? {
        guard let value = entries[key] else { return nil }
        guard let result = read(value) else {
            throw Self.mismatch(source, "\"\(key)\" was expected to be \(wanted)", found: value)
        }
        return result
    }

    /// An error about a reply that is not as the contract says.
    static func mismatch(_ source: String, _ expectation: String, found value: Value?) -> BackupError {
        let found = value.map { "a value of type \($0.signature)" } ?? "nothing"
        return BackupError(
            .failed,
            "The backup service sent an unexpected reply to \(source): \(expectation), and \(found) came."
        )
    }
}
