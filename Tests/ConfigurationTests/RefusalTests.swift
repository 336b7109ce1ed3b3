import Configuration
import SystemPackage
import Testing

/// Texts that would end the process in the parser.
@Suite struct RefusalTests {
    @Test(arguments: [
        ("[", 1), ("\n[\n", 2), ("[[\n]]", 1), ("[[[", 1), ("[[ [", 1), (" [.]", 1), ("[#", 1),
        ("\u{feff}\u{feff}[[[", 1), ("[ é ]", 1),
    ])
    func `a header without a name is refused`(text: String, line: Int) throws {
        try expect(text, line: line, "starts with a bracket that no name follows")
    }

    @Test(arguments: [
        ("a = [}", 1), ("a = [1,}", 1), ("a = [\n # [\n\t}", 3), ("a = [ # \"\r\n}", 2), ("a = [#[\n}", 2),
    ])
    func `a brace in place of an array's value is refused`(text: String, line: Int) throws {
        try expect(text, line: line, "has a brace where a value should be")
    }

    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func `a line separator in place of a value is refused`(separator: String) throws {
        try expect("\na = [1, \(separator)]", line: 2, "has a line separator where a value should be")
    }

    @Test(arguments: [
        "1979-05-27Tx:", "1979-05-27T", "1979-05-27 1", "1_979-05-27 1\n", "1aaa-05-27 1", "1979-05-27T07:32:00Z",
    ])
    func `a date is refused`(date: String) throws {
        for text in ["a = \(date)", "a = [\(date)]", "a=[ #\n1,\(date)"] {
            let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }
            #expect(error.message.contains("has a value that is no text in quotes, no whole number and not true"))
        }
    }

    @Test(arguments: ["'\0'", "\"\\u0000\"", "\"/a\\U00000000b\"", "1 #\0", "\"\\u0000\u{301}\""])
    func `a NUL character is refused`(value: String) throws {
        try expect("[storage]\nbackups = \(value)", line: 2, "contains a NUL character")
    }

    @Test func `lines that are too long or nest too deeply are refused`() throws {
        let long = String(repeating: "x", count: 8192)
        try expect("\n#\(long)", line: 2, "is longer than 8192 bytes")
        #expect(try Configuration.parse(String("#\(long)".dropLast()), file: "c").sources.count == 2)
        try expect(String(repeating: "a . ", count: 33) + "a = 1", line: 1, "contains more than 32 dots")
        let quoted = String(repeating: "'a'.", count: 33)
        try expect("a = 'x' # y\n\(quoted)a = 1", line: 2, "contains more than 32 dots")
    }

    @Test func `a line may hold many patterns with dots`() throws {
        let patterns = (0..<100).map { "*.t\($0)" }
        let list = patterns.map { "'\($0)'" }.joined(separator: ", ")
        let text = "[[source]]\nname = 'a'\npath = '/a'\nkind = 'data'\nexclude = [\(list)]"
        #expect(try Configuration.parse(text, file: "c").sources.map(\.exclude) == [patterns])
    }

    @Test func `dots and brackets in comments and strings are no harm`() throws {
        let text = ##"""
            # \##(String(repeating: ".", count: 70))
            # Moved, 2024-01-01; [storage], [[source]], [0] = {}
            [storage] # [[
            backups = "/srv/[2024-01-01]/\"[,}/2024-01-01Tea" # see [1], 2024-01-01 1
            snapshots = """
            /[}\""",}""""" # [}
            [[source]]
            name = """\
            [[="""
            path = '/[}\' # [}
            kind = 'data'
            """##
        let configuration = try Configuration.parse(text, file: "c")
        #expect(configuration.storage.backups.string == #"/srv/[2024-01-01]/"[,}/2024-01-01Tea"#)
        #expect(configuration.storage.snapshots.string == #"/[}""",}"""#)
        #expect(configuration.sources.map(\.name) == ["[[="])
        #expect(configuration.sources.map(\.path.string) == [#"/[}\"#])
    }

    @Test(arguments: [
        "''''''", "'''a''''", "'\\'", "\"\"", "\"\\\"\\\\\"", "\"\"\"\\\"\"\"\"\"\"", "\"\"\"\"a\"\"\"\"",
    ])
    func `behind a string the text is looked at again`(string: String) throws {
        try expect("a = [\(string), [}", line: 1, "has a brace where a value should be")
    }

    private func expect(_ text: String, line: Int, _ complaint: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }
        #expect(error.description == "c:\(line): Line \(line) \(complaint).")
    }
}
