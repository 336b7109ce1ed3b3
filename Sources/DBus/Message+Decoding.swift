import CDBus
import Linux
import SystemPackage

/// How much memory the values of a message may take; what they cost is estimated from above.
struct DecodingBudget {
    private(set) var spent = 0
    let limit: Int

    /// Replies and signals, of peers that were asked for them; as much as a message of the bus can hold.
    static var unlimited: DecodingBudget { DecodingBudget(limit: .max) }

    init(limit: Int) {
        self.limit = limit
    }

    mutating func spend(_ byteCount: Int) throws(DBusError) {
        spent += byteCount
        guard spent <= limit else {
            throw .standard("LimitsExceeded", "the arguments take more than \(limit) bytes")
        }
    }
}

extension Message {
    /// All arguments, as ordinary values.
    func values() throws(DBusError) -> [Value] {
        var budget = DecodingBudget.unlimited
        return try values(as: [], budget: &budget)
    }

    /// All arguments; those for which `arguments` names a type are decoded as it says.
    func values(as arguments: [Argument], budget: inout DecodingBudget) throws(DBusError) -> [Value] {
        var iterator = DBusMessageIter()
        guard dbus_message_iter_init(pointer, &iterator) != 0 else { return [] }
        var decoder = ValueDecoder(budget: budget)
        defer { budget = decoder.budget }
        var values: [Value] = []
        while dbus_message_iter_get_arg_type(&iterator) != 0 {
            let type = values.count < arguments.count ? arguments[values.count].type : nil
            values.append(try decoder.value(&iterator, as: type))
            dbus_message_iter_next(&iterator)
        }
        return values
    }

    /// The error of an error reply, which may come without a name or a sentence.
    var error: DBusError {
        var iterator = DBusMessageIter()
        var text = ""
        if dbus_message_iter_init(pointer, &iterator) != 0,
            dbus_message_iter_get_arg_type(&iterator) == Int32(UInt8(ascii: "s"))
        {
            text = iterator.text
        }
        return DBusError(name: errorName ?? DBusError.standardPrefix + "Failed", message: text)
    }
}
