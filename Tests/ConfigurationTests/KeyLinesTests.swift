import Configuration
import Testing

@Suite struct KeyLinesTests {
    private static let source = "[[source]]\nname = 'a'\npath = '/a'\nkind = 'data'\n"

    /// The line of the one mistake in each text; nil where none can be told.
    @Test(arguments: [
        ("\u{feff}[export]\r\n\r\n  'max_rate'\t= -1\r\n", 3),
        ("export.compression = 'none'\nexport.max_rate = -1", 2),
        ("export = { compression = 'none', max_rate = -1 }", 1),
        ("\n[export.more]\nmax_rate = 1", 2),
        ("[ \"export\" ] # max_rate = 1\n#max_rate = 1\nmax_rate = -1", 3),
        (source + "[export]\n" + source.replacing("'a'", with: "'b'").replacing("/a", with: "b"), 8),
        ("source = [\n{ name = 'a', path = 'a', kind = 'data' }]", 1),
        // A header, a key or a section that can't be told for sure
        ("[export]\n\"max_rat\\u0065\" = -1", nil),
        ("[\"exp\\u006frt\"]\nmax_rate = -1", nil),
        ("[storage]\nbackups = '''\n[export]\nmax_rate = 1'''\n[export]\nmax_rate = -1", nil),
        ("[storage]\nx = [\n[1]\n]\nbackups = 1", 2),
        ("[storage]\nbackups = '/b'\n[export]\ncompression = [\n['storage']\n]\nmax_rate = 'x'", 4),
    ])
    func `a mistake has the line of its key, or none`(text: String, line: Int?) throws {
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }
        #expect(error.line == line, "\(error)")
        #expect(error.column == nil)
    }

    @Test func `the first mistake is reported, and of those without a line the first by name`() throws {
        func message(_ text: String) throws -> String {
            try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }.message
        }
        #expect(try message("[export]\nzz = 1\naa = 1").contains("\"zz\""))
        #expect(try message("[export]\n\"z\\u007a\" = 1\n\"a\\u0061\" = 1").contains("\"aa\""))
        #expect(try message("[export]\n\"a\\u0061\" = 1\nzz = 1").contains("\"zz\""))
    }
}
