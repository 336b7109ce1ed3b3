import Configuration
import Testing

/// A text with a mistake, and how the error is printed.
struct Mistake: CustomTestStringConvertible, Sendable {
    let text: String
    let error: String

    init(_ text: String, _ error: String) {
        self.text = text
        self.error = error
    }

    var testDescription: String { error }
}

@Suite struct ErrorTests {
    private static let source = "[[source]]\nname = 'a'\npath = '/a'\nkind = 'data'\n"

    static let mistakes = [
        // Names
        Mistake(
            "[storage]\n\nsnapshot = '/x'",
            "c:3: The key \"snapshot\" of [storage] is unknown; did you mean \"snapshots\"?"
        ),
        Mistake(
            "[storage]\nwhere = '/x'",
            "c:2: The key \"where\" of [storage] is unknown; its keys are \"snapshots\", \"backups\"."
        ),
        Mistake("\n[exprot]\nmax_rate = 1", "c:2: The section [exprot] is unknown; did you mean [export]?"),
        Mistake("[[sources]]\nname='a'", "c:1: The section [sources] is unknown; did you mean [[source]]?"),
        Mistake(
            "[zzz.yyy]",
            "c:1: The section [zzz] is unknown; there are [storage], [[source]] and [export]."
        ),
        Mistake(
            "max_rate = 3",
            "c:1: The key \"max_rate\" stands outside of any section; there are [storage], [[source]] and [export]."
        ),
        Mistake(
            "[export]\n  \"max-rate\" = 3",
            "c:2: The key \"max-rate\" of [export] is unknown; did you mean \"max_rate\"?"
        ),
        Mistake(
            "export = { max_rate = 3, compresion = 'zstd' }",
            "c:1: The key \"compresion\" of [export] is unknown; did you mean \"compression\"?"
        ),
        Mistake(
            "[export]\na.b.c.d.e.f.g.h.i = 1",
            "c:2: The key \"a\" of [export] is unknown; its keys are \"compression\", \"io_priority\", \"max_rate\", "
                + "\"index\"."
        ),
        Mistake(
            source + "[[source]]\nname = 'b'\npth = '/b'",
            "c:7: The key \"pth\" of [[source]] is unknown; did you mean \"path\"?"
        ),
        Mistake(
            "[export]\n\"\\u001b[31m\\n\" = 1",
            "c: The key \"\\u{1b}[31m\\u{a}\" of [export] is unknown; its keys are \"compression\", \"io_priority\", "
                + "\"max_rate\", \"index\"."
        ),
        // Types
        Mistake(
            "[export]\nmax_rate = '1'",
            "c:2: The key \"max_rate\" of [export] must be a whole number, and is a string."
        ),
        Mistake(
            "[export]\nmax_rate = 1.5",
            "c:2: The key \"max_rate\" of [export] must be a whole number, and is a number with a fraction."
        ),
        Mistake("[export]\nmax_rate = -1", "c:2: The key \"max_rate\" of [export] must not be negative, and is -1."),
        Mistake(
            "[export]\ncompression = true",
            "c:2: The key \"compression\" of [export] must be a string, and is true or false."
        ),
        Mistake(
            source + "recursive = 1",
            "c:5: The key \"recursive\" of [[source]] must be true or false, and is a whole number."
        ),
        Mistake("storage = 7", "c:1: [storage] must be a section, and is a whole number."),
        Mistake("[[storage]]", "c:1: [storage] must be a section, and is an array."),
        Mistake("[source]\nname='a'", "c:1: A source is written as [[source]], with two brackets on each side."),
        Mistake("source = [1]", "c:1: [[source]] must be a section, and is a whole number."),
        Mistake("source = []", "c:1: At least one [[source]] is needed."),
        Mistake(
            "[storage]\nbackups = 07:32:00",
            "c:2: The key \"backups\" of [storage] must be a string, and is a date or a time."
        ),
        // Choices
        Mistake(
            "[export]\ncompression = 'zst'",
            "c:2: The key \"compression\" of [export] must be \"none\" or \"zstd\", and is \"zst\"; did you mean "
                + "\"zstd\"?"
        ),
        Mistake(
            "[export]\nio_priority = 'realtime'",
            "c:2: The key \"io_priority\" of [export] must be \"idle\" or \"best-effort\", and is \"realtime\"."
        ),
        Mistake(
            source + "driver = 'zfs'",
            "c:5: The key \"driver\" of [[source]] must be \"auto\" or \"btrfs\" or \"clone\", and is \"zfs\"."
        ),
        // Paths
        Mistake(
            "[storage]\nbackups = 'srv'",
            "c:2: The key \"backups\" of [storage] must be an absolute path, and is \"srv\"."
        ),
        Mistake(
            "[storage]\nbackups = ''",
            "c:2: The key \"backups\" of [storage] must be an absolute path, and is \"\"."
        ),
        Mistake(
            "[storage]\nbackups = '/a/../b'",
            "c:2: The key \"backups\" of [storage] must not contain \"..\", and is \"/a/../b\"."
        ),
        Mistake(
            "[storage]\nsnapshots = '/s'\nbackups = '/s/./b'",
            "c:1: The directory of the backups, /s/b, must not lie in that of the snapshots, /s."
        ),
        Mistake(
            "[storage]\nsnapshots = '/s'\nbackups = '/s'",
            "c:1: The directory of the backups, /s, must not lie in that of the snapshots, /s."
        ),
        Mistake(
            "[storage]\nsnapshots = '/a/b'\n" + source + "[[source]]\nname='b'\npath='/a/b/c'\nkind='data'",
            "c:7: The path of the source \"b\", /a/b/c, lies in the directory of the snapshots, /a/b."
        ),
        // Excludes
        Mistake(
            source + "exclude = 'x'",
            "c:5: The key \"exclude\" of [[source]] must be an array of strings, and is a string."
        ),
        Mistake(
            source + "exclude = ['x', 1]",
            "c:5: The key \"exclude\" of [[source]] must be an array of strings, and a whole number is in it."
        ),
        Mistake(
            source + "exclude = [['x']]",
            "c:5: The key \"exclude\" of [[source]] must be an array of strings, and an array is in it."
        ),
        Mistake(
            source + "exclude_caches = 'yes'",
            "c:5: The key \"exclude_caches\" of [[source]] must be true or false, and is a string."
        ),
        Mistake(
            source + "exclude_cache = true",
            "c:5: The key \"exclude_cache\" of [[source]] is unknown; did you mean \"exclude_caches\"?"
        ),
        Mistake(
            source + "\nexclude = [\n  'a',\n  'b[',\n]",
            "c:6: The key \"exclude\" of [[source]] has the pattern \"b[\", which has a \"[\" without a \"]\"; write "
                + "\"\\[\" for the character itself."
        ),
        Mistake(
            source + "exclude = ['']",
            "c:5: The key \"exclude\" of [[source]] has the pattern \"\", which is empty."
        ),
        Mistake(
            source + "exclude = [\"a\\u001bb\"]",
            "c:5: The key \"exclude\" of [[source]] has the pattern \"a\\u{1b}b\", which contains a control character; "
                + "\"?\" stands for any one."
        ),
        Mistake(
            source + "exclude = [" + String(repeating: "'a',", count: 1001) + "]",
            "c:5: The key \"exclude\" of [[source]] has 1001 patterns, more than 1000."
        ),
        Mistake(
            source + "exclude = ['" + String(repeating: "a", count: 4097) + "']",
            "c:5: The key \"exclude\" of [[source]] has the pattern \"" + String(repeating: "a", count: 80)
                + "…\", which is longer than 4096 bytes."
        ),
        // Sources
        Mistake("[[source]]\nname = 'a'\npath = '/a'", "c:1: [[source]] needs the key \"kind\"."),
        Mistake("[[source]]\nname = 'a'\nkind = 'data'", "c:1: [[source]] needs the key \"path\"."),
        Mistake(source + source, "c:6: The key \"name\" of [[source]] is \"a\" a second time."),
        Mistake(
            source + "[[source]]\nname = 'b'\npath = '/a/'\nkind = 'system'",
            "c:7: The key \"path\" of [[source]] is that of the source \"a\" too."
        ),
        Mistake(
            "[storage]\nbackups = \"/b\\u0000/c\"",
            "c:2: Line 2 contains a NUL character."
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake is reported with its line, its key and what was meant`(mistake: Mistake) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.parse(mistake.text, file: "c")
        }
        #expect(error.description == mistake.error)
    }

    @Test(arguments: [
        ("", "must not be empty"), ("a/b", "\"/\""), (".", "dot"), ("..", "dot"), (".hidden", "dot"),
        ("snapshot.json", "uses itself"), ("nexus-backup.json", "uses itself"), ("a\tb", "control"),
        (String(repeating: "ä", count: 128), "255 bytes"),
    ])
    func `a source's name is that of a plain directory`(name: String, complaint: String) throws {
        let text = "[[source]]\nname = \"\(name)\"\npath = '/a'\nkind = 'data'"
        let error = try #require(throws: ConfigurationError.self) { try Configuration.parse(text, file: "c") }
        #expect(error.line == 2)
        #expect(error.message.contains(complaint), "\(error)")
    }

    @Test func `a name of 255 bytes is allowed`() throws {
        let name = String(repeating: "a", count: 255)
        let text = "[[source]]\nname = '\(name)'\npath = '/a'\nkind = 'data'"
        #expect(try Configuration.parse(text, file: "c").sources.map(\.name) == [name])
    }
}
