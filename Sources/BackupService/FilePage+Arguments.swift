import BackupModel
import DBus

extension FilePage {
    private enum Key: String, CaseIterable {
        case limit
        case offset
    }

    /// Reads the options of `ListFiles` and `SearchFiles`.
    /// - Throws: `BackupError` with `invalidArgs` for an option that is unknown, mistyped or out of range.
    init(arguments: [String: Value], _ bounds: Bounds) throws {
        self.init(limit: bounds.defaultLimit)
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            switch Key(rawValue: name) {
            case .limit: limit = try Self.number(name, value, 1...bounds.maximumLimit)
            case .offset: offset = try Self.number(name, value, 0...bounds.maximumOffset)
            case nil:
                let known = Key.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw BackupError(
                    .invalidArgs,
                    "There is no option \"\(name.escapedForMessage)\"; the options are \(known)."
                )
            }
        }
    }

    private static func number(_ name: String, _ value: Value, _ range: ClosedRange<Int>) throws -> Int {
        guard let number: Int = value.integer(), range.contains(number) else {
            throw BackupError(
                .invalidArgs,
                "The option \"\(name)\" is not a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }
}
