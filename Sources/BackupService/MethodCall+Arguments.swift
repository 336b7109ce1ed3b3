import BackupModel
import DBus
import Linux

extension MethodCall {
    /// The id at `index`, of any integer type.
    /// - Throws: `BackupError` with `notFound` for a number that no snapshot can have.
    func id(at index: Int) throws -> SnapshotID {
        let value = try argument(at: index)
        guard let id: SnapshotID = value.integer(), id != 0 else {
            let number =
                value.integer(as: Int64.self).map(String.init) ?? value.integer(as: UInt64.self).map(String.init)
            throw BackupError(
                .notFound,
                "There is no snapshot \(number ?? "of that number"); ids are whole numbers from 1 to \(SnapshotID.max)."
            )
        }
        return id
    }

    /// The boolean at `index`.
    func bool(at index: Int) throws -> Bool {
        try argument(at: index, of: "a boolean") { $0.bool }
    }

    /// The string at `index`.
    func string(at index: Int) throws -> String {
        try argument(at: index, of: "a string") { $0.string }
    }

    /// The bytes at `index`, an `ay`.
    func bytes(at index: Int) throws -> [UInt8] {
        try argument(at: index, of: "an array of bytes") { value in
            value.signature == "ay" ? value.elements?.compactMap { $0.integer() } : nil
        }
    }

    /// The password at `index`.
    func secret(at index: Int) throws -> Secret {
        try argument(at: index, of: "a string") { $0.secret }
    }

    /// The file descriptor at `index`.
    func fileDescriptor(at index: Int) throws -> SharedDescriptor {
        try argument(at: index, of: "a file descriptor") { $0.fileDescriptor }
    }

    /// The arrays of bytes at `index`.
    func byteStrings(at index: Int) throws -> [[UInt8]] {
        try argument(at: index, of: "an array of arrays of bytes") { value in
            guard let elements = value.elements else { return nil }
            let strings = elements.compactMap(\.bytes)
            return strings.count == elements.count ? strings : nil
        }
    }

    /// The options at `index`, an `a{sv}`.
    func options(at index: Int) throws -> [String: Value] {
        try argument(at: index, of: "a dictionary of options") { $0.propertyEntries }
    }

    private func argument(at index: Int) throws -> Value {
        try argument(at: index, of: "a value") { $0 }
    }

    private func argument<Result>(at index: Int, of kind: String, _ read: (Value) -> Result?) throws -> Result {
        guard arguments.indices.contains(index), let result = read(arguments[index]) else {
            throw BackupError(.invalidArgs, "Argument \(index + 1) of \(member) is not \(kind).")
        }
        return result
    }
}

extension Value {
    var secret: Secret? {
        guard case .secret(let secret) = self else { return nil }
        return secret
    }

    var fileDescriptor: SharedDescriptor? {
        guard case .fileDescriptor(let descriptor) = self else { return nil }
        return descriptor
    }
}
