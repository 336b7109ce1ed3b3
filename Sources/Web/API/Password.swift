import Linux

/// The password in a request.
///
/// It travels to the service through a pipe, up to the first newline: so what has one in it is refused here, or a part of it
/// would be taken for the whole.
struct Password: Decodable {
    private static let limit = 255

    let secret: Secret

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard !text.isEmpty, text.utf8.count <= Self.limit else {
            throw Refusal.invalid("A password has 1 to \(Self.limit) bytes; this one has \(text.utf8.count).")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Refusal.invalid("The password has a control character in it, such as a newline.")
        }
        secret = Secret(text)
    }
}
