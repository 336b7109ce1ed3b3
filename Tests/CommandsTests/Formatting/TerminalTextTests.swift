import Testing

@testable import Commands

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("Grüße 日本 😀 e\u{301}", "Grüße 日本 😀 e\u{301}"),
        ("\u{1B}[2J\u{1B}]0;title\u{7}", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u{9B}31m", "\\u{9b}31m"), ("\u{0}\u{7F}", "\\u{0}\\u{7f}"),
        ("safe\u{202E}gpj.exe\u{2066}", "safe\\u{202e}gpj.exe\\u{2066}"),
        ("a\u{200B}b\u{2028}c", "a\\u{200b}b\\u{2028}c"),
    ])
    func `what would drive a terminal is escaped`(text: String, escaped: String) {
        #expect(text.escapedForTerminal == escaped)
    }

    @Test(arguments: [("", 0), ("abc", 3), ("ü", 1), ("e\u{301}", 1), ("日本", 4), ("😀", 2), ("한", 2)])
    func `the columns of a text are those of a terminal`(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test func `a text is cut between characters`() {
        #expect("abcdef".truncated(to: 6) == "abcdef")
        #expect("abcdef".truncated(to: 4) == "abc…")
        #expect("日本語".truncated(to: 5) == "日本…")
        #expect("日本語".truncated(to: 4) == "日…")
        #expect("abc".truncated(to: 1) == "…")
        #expect("abc".truncated(to: 0) == "")
    }

    @Test(arguments: [
        ("/broot/backups/nexus_backup_7.tar.gpg", "/broot/backups/nexus_backup_7.tar.gpg"),
        ("/with space", "'/with space'"), ("/it's", "'/it'\\''s'"), ("", "''"), ("$(x)", "'$(x)'"), ("ü", "'ü'"),
    ])
    func `a text is one word for a shell`(text: String, quoted: String) {
        #expect(text.quotedForShell == quoted)
    }
}
