import Linux
import Testing

@testable import DBus

struct MessageTests {
    private let password = "correct horse battery staple"

    private func message(_ arguments: [Value]) throws -> Message {
        try Message.call("a.b", "/", "a.b", "C", arguments)
    }

    /// Whether the password is among the bytes of the message.
    private func holdsPassword(_ message: Message) -> Bool {
        let bytes = message.marshalled
        return bytes.indices.contains { bytes[$0...].starts(with: password.utf8) }
    }

    @Test func `a secret is taken out of the message`() throws {
        let message = try message([.uint32(1), .string(password), .string("other")])
        #expect(holdsPassword(message))
        var budget = DecodingBudget.unlimited
        let arguments = [Argument("id", .anyInteger), Argument("password", .secret), Argument("x", .exactly("s"))]
        let values = try message.values(as: arguments, budget: &budget)
        guard case .secret(let secret) = values[1] else {
            Issue.record("the password is not a secret")
            return
        }
        #expect(secret.withBytes { Array($0) } == Array(password.utf8))
        #expect(values[2].string == "other")
        #expect(!holdsPassword(message))
    }

    @Test func `the named options are taken out of the message, whatever else is in it`() throws {
        let options = Value.properties([
            "a": .string("kept"), "password": .string(password), "z": .array(of: "s", [.string("kept")]),
        ])
        let message = try message([options])
        var budget = DecodingBudget.unlimited
        let type = ArgumentType.options(secrets: ["password", "z"])
        let values = try message.values(as: [Argument("options", type)], budget: &budget)
        let entries = values.first?.propertyEntries
        guard case .secret(let secret)? = entries?["password"] else {
            Issue.record("the password is not a secret")
            return
        }
        #expect(secret.withBytes { Array($0) } == Array(password.utf8))
        #expect(entries?["a"]?.string == "kept" && entries?["z"]?.elements?.first?.string == "kept")
        #expect(!holdsPassword(message))
    }

    @Test func `every string of a message can be wiped`() throws {
        let message = try message([
            .variant(.structure([.string(password), .array(of: "s", [.string(password)])])),
            .properties(["x": .string(password)]),
            .string(password),
        ])
        message.wipeStrings()
        #expect(!holdsPassword(message))
    }

    @Test func `a secret travels as a string`() throws {
        let message = try message([.secret(Secret(password)), .properties(["password": .secret(Secret(password))])])
        #expect(message.signature == "sa{sv}")
        let values = try message.values()
        #expect(values.first?.string == password)
        #expect(values.last?.propertyEntries?["password"]?.string == password)
    }

    @Test(arguments: [
        ("", []), ("s", ["s"]), ("ua{sv}s", ["u", "a{sv}", "s"]), ("aa{s(iv)}(yay)v", ["aa{s(iv)}", "(yay)", "v"]),
        ("aaas", ["aaas"]), ("((s)(a(t)))ay", ["((s)(a(t)))", "ay"]),
    ])
    func `a signature is made of complete types`(signature: String, types: [Substring]) {
        #expect(Signature.completeTypes(of: signature) == types)
    }
}
