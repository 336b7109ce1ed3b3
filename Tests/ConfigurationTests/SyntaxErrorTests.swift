import Configuration
import Testing

@Suite struct SyntaxErrorTests {
    @Test(arguments: [
        ("x = /srv", 1, 5), ("x = srv", 1, 5), ("[storage]\nsnapshots = ", 2, 13), ("a = 1\na = 2", 2, 5),
        ("[export]\n[storage]\n[export]", 3, 1), ("[storage\n", 1, 9), ("key", 1, 4),
        ("# é\nx = \"unterminated\n", 2, 18), ("x = 99999999999999999999", 1, 25), ("x = 'é' y = 1", 1, 9),
        ("x = \"C:\\dir\"", 1, 9), ("# \u{1b}", 1, 3),
    ])
    func `a text that is not TOML is refused with its place`(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }
        #expect(error.description.hasPrefix("c:\(line):\(column): This is not valid TOML: "), "\(error)")
        #expect(error.message.hasSuffix(".") && !error.message.contains("\n") && !error.message.contains(". "))
        #expect(!error.message.unicodeScalars.contains("\u{1b}"))
    }
}
