import BackupModel
import Linux
import Testing

@testable import Exports

struct ExportOptionsTests {
    @Test(arguments: ["x", "correct horse battery staple", "pässwörd ☃", String(repeating: "p", count: 255)])
    func `a password that can be typed is taken`(password: String) throws {
        try ExportOptions(password: Secret(password)).validate()
    }

    @Test(arguments: [
        ("", "empty"), ("a\nb", "control character"), ("a\rb", "control character"), ("tab\there", "control character"),
        ("\u{7F}", "control character"), (String(repeating: "p", count: 256), "255"),
    ])
    func `a password that could not be typed is refused without being repeated`(password: String, reason: String) {
        let error = #expect(throws: BackupError.self) {
            try ExportOptions(password: Secret(password)).validate()
        }
        #expect(error?.code == .invalidArgs)
        #expect(error?.message.contains(reason) == true)
        if password.count > 1 { #expect(error?.message.contains(password) == false) }
    }

    @Test func `neither password nor recipient is refused`() {
        let error = #expect(throws: BackupError.self) { try ExportOptions().validate() }
        #expect(error?.code == .invalidArgs)
    }

    @Test func `too many recipients and a key that is too large are refused`() {
        let many = ExportOptions(recipients: Array(repeating: "key", count: 65))
        #expect(throws: BackupError.self) { try many.validate() }
        let large = ExportOptions(recipients: [String(repeating: "k", count: (100 << 10) + 1)])
        #expect(throws: BackupError.self) { try large.validate() }
    }
}
