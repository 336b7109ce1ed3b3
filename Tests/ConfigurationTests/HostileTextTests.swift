import Configuration
import TestSupport
import Testing

/// Texts that are no configuration, at sizes up to the limit: each is an error, and none ends the process.
@Suite struct HostileTextTests {
    private static let texts: [String] = [
        String(repeating: "[", count: 1_000_000),
        "a = " + String(repeating: "[", count: 1_000_000),
        "a = " + String(repeating: "{b=", count: 300_000),
        "a = " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
        String(repeating: "a.", count: 500_000) + "a = 1",
        String(repeating: "a.", count: 500_000) + "a",
        "[" + String(repeating: "a.", count: 500_000) + "a]",
        String(repeating: "[[a]]\n", count: 160_000),
        "a = [" + String(repeating: "1,", count: 500_000) + "]",
        String(repeating: ",#\n", count: 30_000), String(repeating: "=[#\n", count: 30_000),
        "[[source]]\nexclude = [\n" + String(repeating: "'a',\n", count: 200_000) + "]",
        "[[source]]\nexclude = " + String(repeating: "[\n", count: 200) + String(repeating: "]", count: 200),
        "\"" + String(repeating: "\\", count: 1_000_000),
        "a = \"\"\"" + String(repeating: "\"", count: 1_000_000),
        String(repeating: "\u{feff}", count: 1000),
        (0..<128).reduce("a=[\n") { text, _ in text + "{\(String(repeating: "a.", count: 32))a=[\n" } + "!",
        "a = 1e999999999", "a = 0x", "a = 9999-99-99", "a = \"\\uD800\"", "a = \"\\UFFFFFFFF\"", "= 1", "\u{7f}",
        "a = nan", "a = -", "[]", "[[]]", "a.b = 1\n[a]\nb = 2",
    ]

    @Test(arguments: texts.map { LongText($0) })
    func `a hostile text is an error`(text: LongText) {
        #expect(throws: ConfigurationError.self) { try Configuration.parse(text.text, file: "c") }
    }

    @Test func `a cut-off configuration is an error or a configuration`() throws {
        let text = """
            [storage]
            snapshots = "/srv/\\u00e4/snapshots"
            [[source]]
            name = '''root'''
            path = \"\"\"/x\"\"\"
            kind = "system"
            [export]
            max_rate = 1_000
            """
        var accepted = 0
        for count in 0...text.utf8.count {
            guard let part = String(text.utf8.prefix(count)) else { continue }
            do throws(ConfigurationError) {
                _ = try Configuration.parse(part, file: "c")
                accepted += 1
            } catch {
                #expect(error.file == "c")
            }
        }
        #expect(accepted > 3)
    }
}
