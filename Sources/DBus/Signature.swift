import CDBus

/// Signatures of the D-Bus specification, which are ASCII of at most 255 characters.
enum Signature {
    /// Whether `text` is a sequence of complete types.
    static func isValid(_ text: String) -> Bool {
        !text.containsNUL && dbus_signature_validate(text, nil) != 0
    }

    /// Whether `text` is exactly one complete type.
    static func isSingle(_ text: String) -> Bool {
        !text.containsNUL && dbus_signature_validate_single(text, nil) != 0
    }

    /// The complete types of a valid signature: `ua{sv}s` gives `u`, `a{sv}`, `s`.
    static func completeTypes(of signature: String) -> [Substring] {
        var types: [Substring] = []
        var start = signature.startIndex
        var depth = 0
        for index in signature.indices {
            let character = signature[index]
            if character == "(" || character == "{" { depth += 1 }
            if character == ")" || character == "}" { depth -= 1 }
            if depth == 0, character != "a" {
                let end = signature.index(after: index)
                types.append(signature[start..<end])
                start = end
            }
        }
        return types
    }
}
