import CDBus
import Glibc
import Linux
import SystemPackage

/// Turns what an iterator of libdbus stands at into values.
struct ValueDecoder {
    var budget: DecodingBudget
    /// What a value takes by itself.
    private static let valueCost = 32

    init(budget: DecodingBudget) {
        self.budget = budget
    }

    /// The value at `iterator`, decoded as `type` says where one is given.
    mutating func value(_ iterator: inout DBusMessageIter, as type: ArgumentType?) throws(DBusError) -> Value {
        switch type {
        case .secret where iterator.type == "s":
            try budget.spend(iterator.textByteCount)
            return .secret(iterator.takeSecret())
        case .options(let secrets): return try options(&iterator, secrets: secrets)
        default: return try value(&iterator)
        }
    }

    private mutating func value(_ iterator: inout DBusMessageIter) throws(DBusError) -> Value {
        try budget.spend(Self.valueCost)
        switch iterator.type {
        case "y": return .byte(iterator.basic(0))
        case "b": return .bool(iterator.basic(dbus_bool_t(0)) != 0)
        case "n": return .int16(iterator.basic(0))
        case "q": return .uint16(iterator.basic(0))
        case "i": return .int32(iterator.basic(0))
        case "u": return .uint32(iterator.basic(0))
        case "x": return .int64(iterator.basic(0))
        case "t": return .uint64(iterator.basic(0))
        case "d": return .double(iterator.basic(0))
        case "s": return .string(try text(&iterator))
        case "o": return .objectPath(try text(&iterator))
        case "g": return .signature(try text(&iterator))
        case "h": return try descriptor(&iterator)
        case "a": return try array(&iterator)
        case "r": return .structure(try values(in: &iterator))
        case "v":
            var inner = iterator.contents
            return .variant(try value(&inner))
        default: throw .standard("InvalidArgs", "a value of an unknown type")
        }
    }

    private mutating func text(_ iterator: inout DBusMessageIter) throws(DBusError) -> String {
        try budget.spend(iterator.textByteCount)
        return iterator.text
    }

    private func descriptor(_ iterator: inout DBusMessageIter) throws(DBusError) -> Value {
        let number = iterator.basic(Int32(-1))
        guard number >= 0 else {
            throw .standard("LimitsExceeded", "a file descriptor in the message could not be duplicated")
        }
        return .fileDescriptor(SharedDescriptor(Descriptor(taking: FileDescriptor(rawValue: number))))
    }

    private mutating func values(in iterator: inout DBusMessageIter) throws(DBusError) -> [Value] {
        var inner = iterator.contents
        var values: [Value] = []
        while inner.type != nil {
            values.append(try value(&inner))
            dbus_message_iter_next(&inner)
        }
        return values
    }

    private mutating func array(_ iterator: inout DBusMessageIter) throws(DBusError) -> Value {
        let element = iterator.signature.dropFirst()
        if element == "y" { return try bytes(&iterator) }
        guard element.first == "{" else { return .array(of: String(element), try values(in: &iterator)) }
        let (key, value) = Self.keyAndValue(element)
        return .dictionary(key: key, value: value, try entries(&iterator, secrets: []))
    }

    private mutating func bytes(_ iterator: inout DBusMessageIter) throws(DBusError) -> Value {
        var inner = iterator.contents
        guard inner.type != nil else { return .array(of: "y", []) }
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        dbus_message_iter_get_fixed_array(&inner, &start, &count)
        try budget.spend(Int(count) * Self.valueCost)
        return .bytes(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    private mutating func options(
        _ iterator: inout DBusMessageIter,
        secrets: Set<String>
    ) throws(DBusError) -> Value {
        guard iterator.signature == "a{sv}" else { return try value(&iterator) }
        return .dictionary(key: "s", value: "v", try entries(&iterator, secrets: secrets))
    }

    private mutating func entries(
        _ iterator: inout DBusMessageIter,
        secrets: Set<String>
    ) throws(DBusError) -> [(key: Value, value: Value)] {
        var inner = iterator.contents
        var entries: [(key: Value, value: Value)] = []
        while inner.type != nil {
            var entry = inner.contents
            let key = try value(&entry)
            dbus_message_iter_next(&entry)
            let isSecret = key.string.map(secrets.contains) ?? false
            entries.append((key, isSecret ? try secretVariant(&entry) : try value(&entry)))
            dbus_message_iter_next(&inner)
        }
        return entries
    }

    private mutating func secretVariant(_ iterator: inout DBusMessageIter) throws(DBusError) -> Value {
        try budget.spend(Self.valueCost)
        var inner = iterator.contents
        return .variant(try value(&inner, as: .secret))
    }

    /// The two types of `{…}`, whose key is always one letter.
    private static func keyAndValue(_ entry: Substring) -> (String, String) {
        let types = entry.dropFirst().dropLast()
        return (String(types.prefix(1)), String(types.dropFirst()))
    }
}
