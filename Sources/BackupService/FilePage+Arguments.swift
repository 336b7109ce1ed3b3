import BackupModel
import DBus

extension FilePage {
    private enum Key: String, OptionKey {
        case limit
        case offset
    }

    /// Reads the options of `ListFiles` and `SearchFiles`.
    /// - Throws: `BackupError` with `invalidArgs` for an option that is unknown, mistyped or out of range.
    init(arguments: [String: Value], _ bounds: Bounds) throws {
        self.init(limit: bounds.defaultLimit)
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            let key = try Key(named: name)
            switch key {
            case .limit: limit = try Self.number(key, value, 1...bounds.maximumLimit)
            case .offset: offset = try Self.number(key, value, 0...bounds.maximumOffset)
            }
        }
    }

    private static func number(_ key: Key, _ value: Value, _ range: ClosedRange<Int>) throws -> Int {
        try key.read(value, "a number from \(range.lowerBound) to \(range.upperBound)") { value in
            let number: Int? = value.integer()
            return number.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
