public import Linux

/// A value of the D-Bus type system.
public enum Value: Sendable {
    case byte(UInt8)
    case bool(Bool)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    /// A string that was decoded into memory that is locked and wiped; it travels as a string.
    case secret(Secret)
    case objectPath(String)
    case signature(String)
    case fileDescriptor(SharedDescriptor)
    /// An array of elements of the signature `of`; the signature is what makes an empty one well-typed.
    indirect case array(of: String, [Value])
    /// A dictionary with the signatures of its keys and values.
    indirect case dictionary(key: String, value: String, [(key: Value, value: Value)])
    case structure([Value])
    indirect case variant(Value)
}

extension Value {
    /// A dictionary of type `a{sv}`, in the order of its keys.
    public static func properties(_ entries: [String: Value]) -> Value {
        .dictionary(
            key: "s",
            value: "v",
            entries.sorted { $0.key < $1.key }.map { (.string($0.key), .variant($0.value)) }
        )
    }

    /// An array of type `ay`.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> Value {
        .array(of: "y", bytes.map { .byte($0) })
    }

    /// The entries of an `a{sv}`, each out of its variant; nil for a value of another type. Of a key that comes twice, the
    /// last one counts.
    public var propertyEntries: [String: Value]? {
        guard case .dictionary(key: "s", value: "v", let entries) = self else { return nil }
        var result: [String: Value] = [:]
        for case (.string(let key), .variant(let value)) in entries {
            result[key] = value
        }
        return result
    }

    /// The string, of a string.
    public var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The boolean, of a boolean.
    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// The number, of any integer type (`y n q i u x t`); nil for other types and where it is not representable.
    public func integer<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
        switch self {
        case .byte(let number): Number(exactly: number)
        case .int16(let number): Number(exactly: number)
        case .uint16(let number): Number(exactly: number)
        case .int32(let number): Number(exactly: number)
        case .uint32(let number): Number(exactly: number)
        case .int64(let number): Number(exactly: number)
        case .uint64(let number): Number(exactly: number)
        default: nil
        }
    }

    /// The bytes, of an array of them (`ay`).
    public var bytes: [UInt8]? {
        guard case .array(of: "y", let elements) = self else { return nil }
        return elements.compactMap { element in
            guard case .byte(let byte) = element else { return nil }
            return byte
        }
    }

    /// The elements, of an array.
    public var elements: [Value]? {
        guard case .array(_, let elements) = self else { return nil }
        return elements
    }
}
