import TestSupport
import Testing

@testable import Excludes

/// A path, a directory where it ends in a slash, and whether it is excluded.
private func isExcluded(_ path: String, by rules: ExcludeRules) -> Bool {
    isExcluded(Array(path.utf8), by: rules)
}

private func isExcluded(_ path: [UInt8], by rules: ExcludeRules) -> Bool {
    let components = path.split(separator: UInt8(ascii: "/"))
    var above: [UInt8] = []
    for (index, component) in components.enumerated() {
        above += (above.isEmpty ? [] : [UInt8(ascii: "/")]) + component
        let isDirectory = index < components.count - 1 || path.last == UInt8(ascii: "/")
        if rules.pattern(excluding: above.span, isDirectory: isDirectory) != nil { return true }
    }
    return false
}

/// What a list of patterns is to exclude and what not.
struct RuleCase: CustomTestStringConvertible, Sendable {
    let patterns: [String]
    let excluded: [String]
    let kept: [String]

    init(_ patterns: [String], excludes excluded: [String], keeps kept: [String]) {
        self.patterns = patterns
        self.excluded = excluded
        self.kept = kept
    }

    var testDescription: String { "\(patterns)" }
}

struct ExcludeRulesTests {
    static let cases = [
        // A name without a slash is one at any depth.
        RuleCase(["foo"], excludes: ["foo", "foo/", "a/foo", "a/b/foo/c"], keeps: ["foobar", "a/xfoo", "Foo"]),
        RuleCase(["*.o"], excludes: ["a.o", ".o", "a/b.o", "d.o/x"], keeps: ["a.o.c", "o"]),
        RuleCase(["cache*"], excludes: ["cache", "cache-1", "a/caches/x"], keeps: ["mycache"]),
        RuleCase(["a?c"], excludes: ["abc", "x/a*c"], keeps: ["ac", "a/c", "abbc"]),
        RuleCase(["*"], excludes: ["a", ".hidden", "a/b"], keeps: []),
        RuleCase(["**"], excludes: ["a", "a/b"], keeps: []),
        RuleCase(["a**b"], excludes: ["ab", "axxb", "x/a.b"], keeps: ["a/b"]),
        // A slash at the end means directories alone.
        RuleCase(["foo/"], excludes: ["foo/", "a/foo/", "a/foo/b"], keeps: ["foo", "a/foo"]),
        RuleCase(["*/"], excludes: ["a/", "a/b"], keeps: ["a"]),
        // Any other slash ties a pattern to the root.
        RuleCase(["/foo"], excludes: ["foo", "foo/a"], keeps: ["a/foo"]),
        RuleCase(["doc/frotz"], excludes: ["doc/frotz", "doc/frotz/x"], keeps: ["a/doc/frotz", "doc"]),
        RuleCase(["doc/frotz/"], excludes: ["doc/frotz/"], keeps: ["doc/frotz", "a/doc/frotz/"]),
        RuleCase(
            ["/var/cache/*"],
            excludes: ["var/cache/a", "var/cache/.b/c"],
            keeps: ["var/cache/", "x/var/cache/a"]
        ),
        RuleCase(["foo/*"], excludes: ["foo/test.json", "foo/bar/"], keeps: ["foo"]),
        RuleCase(["a/*/c"], excludes: ["a/b/c"], keeps: ["a/c", "a/b/b/c"]),
        RuleCase(["/*.c"], excludes: ["a.c"], keeps: ["a/a.c"]),
        // Two stars between slashes.
        RuleCase(["**/foo"], excludes: ["foo", "a/foo", "a/b/foo"], keeps: ["xfoo"]),
        RuleCase(["**/foo/bar"], excludes: ["foo/bar", "a/b/foo/bar"], keeps: ["foo/x/bar", "xfoo/bar"]),
        RuleCase(["abc/**"], excludes: ["abc/a", "abc/a/b"], keeps: ["abc", "abc/", "x/abc/a"]),
        RuleCase(["a/**/b"], excludes: ["a/b", "a/x/b", "a/x/y/b", "a/x/b/y"], keeps: ["ab", "x/a/b", "a/xb"]),
        RuleCase(["a/**/b/**/c"], excludes: ["a/b/c", "a/x/b/b/x/c"], keeps: ["a/c/b", "a/b"]),
        RuleCase(["/**"], excludes: ["a", "a/b"], keeps: []),
        RuleCase(["**/*.[ch]"], excludes: ["x.c", "a/b/x.h"], keeps: ["x.cc"]),
        // Other stars in a row are one.
        RuleCase(["foo**/bar"], excludes: ["foo/bar", "foox/bar"], keeps: ["foobar", "foo/x/bar"]),
        RuleCase(["x/***/y"], excludes: ["x/y", "x/a/b/y"], keeps: ["xy"]),
        // Brackets.
        RuleCase(["[a-c]x"], excludes: ["ax", "cx"], keeps: ["dx", "-x"]),
        RuleCase(["[!a-c]x", "[^d]y"], excludes: ["dx", "ay"], keeps: ["ax", "dy"]),
        RuleCase(["[]-]a", "[!]]b"], excludes: ["]a", "-a", "xb"], keeps: ["xa", "]b"]),
        RuleCase(["[[:digit:][:upper:]_]"], excludes: ["1", "Z", "_"], keeps: ["a", ":"]),
        RuleCase(["[[:digit]x"], excludes: ["[x", ":x", "dx"], keeps: ["1x"]),
        RuleCase(["a[/]b", "c[!x]d"], excludes: ["c.d"], keeps: ["a/b", "c/d"]),
        RuleCase(["[\\]\\\\]"], excludes: ["]", "\\"], keeps: ["x"]),
        // What is escaped stands for itself.
        RuleCase(
            ["\\!a", "\\#b", "\\*c", "d\\?"],
            excludes: ["!a", "#b", "*c", "d?"],
            keeps: ["a", "b", "xc", "dx"]
        ),
        RuleCase(["a  ", "b\\ ", "c\\  "], excludes: ["a", "b ", "c "], keeps: ["a  ", "b", "c"]),
        RuleCase(["a b"], excludes: ["a b"], keeps: ["a", "b"]),
        // The last one to match decides, but not below an excluded directory.
        RuleCase(["*.log", "!keep.log"], excludes: ["a.log"], keeps: ["keep.log", "a/keep.log"]),
        RuleCase(["!keep.log", "*.log"], excludes: ["a.log", "keep.log"], keeps: []),
        RuleCase(["logs/", "!logs/keep.log"], excludes: ["logs/", "logs/keep.log"], keeps: []),
        RuleCase(["logs/*", "!logs/keep.log"], excludes: ["logs/a"], keeps: ["logs/", "logs/keep.log"]),
        RuleCase(["/*", "!/foo", "/foo/*", "!/foo/bar"], excludes: ["a", "foo/a"], keeps: ["foo/", "foo/bar/x"]),
        RuleCase(["a", "!a/"], excludes: ["a", "x/a"], keeps: ["a/"]),
        RuleCase([], excludes: [], keeps: ["a", "a/b"]),
    ]

    @Test(arguments: cases)
    func `patterns mean what gitignore(5) says`(_ example: RuleCase) throws {
        let rules = try ExcludeRules(example.patterns)
        #expect(example.excluded.filter { !isExcluded($0, by: rules) } == [])
        #expect(example.kept.filter { isExcluded($0, by: rules) } == [])
    }

    @Test func `names are bytes`() throws {
        let rules = try ExcludeRules(["a?", "*\u{E4}", "/new*line"])
        #expect(isExcluded([0x61, 0xFF], by: rules))
        #expect(isExcluded([0xFE, 0xC3, 0xA4], by: rules))
        #expect(!isExcluded([0x61, 0xC3, 0xA5], by: rules))
        #expect(isExcluded("new\nline", by: rules))
    }

    @Test func `the pattern that decides is told`() throws {
        let rules = try ExcludeRules(["*.o", "!a.o", "/x/*.o"])
        #expect(rules.pattern(excluding: Array("b.o".utf8).span, isDirectory: false) == "*.o")
        #expect(rules.pattern(excluding: Array("x/a.o".utf8).span, isDirectory: false) == "/x/*.o")
        #expect(rules.pattern(excluding: Array("a.o".utf8).span, isDirectory: false) == nil)
    }

    @Test(arguments: [
        ("", ExcludeComplaint.empty), ("   ", .empty), ("!", .loneNegation), ("!  ", .loneNegation), ("#a", .comment),
        ("/", .onlySlashes), ("!//", .onlySlashes), ("a//b", .doubleSlash), ("//a", .doubleSlash),
        ("a//", .doubleSlash), ("a/**//b", .doubleSlash), ("./a", .dots), ("a/../b", .dots), ("..", .dots),
        ("a/.", .dots), ("a\\", .trailingBackslash), ("a\\/", .trailingBackslash), ("[", .unclosedBracket),
        ("[]", .unclosedBracket), ("a[!", .unclosedBracket), ("[a-", .unclosedBracket), ("[a\\]", .unclosedBracket),
        ("[[:alpha:]", .unclosedBracket), ("[[:", .unclosedBracket), ("[[:foo:]]", .unknownClass("foo")),
        ("a\tb", .controlCharacter), ("a\0", .controlCharacter), ("a\n", .controlCharacter),
    ])
    func `what can't be meant is refused`(pattern: String, complaint: ExcludeComplaint) {
        #expect(throws: ExcludeMistake.unusable(pattern, complaint)) { try ExcludeRules(["fine", pattern]) }
        #expect(!complaint.description.isEmpty)
    }

    @Test func `a thousand patterns and four thousand bytes are taken, and no more`() throws {
        let long = String(repeating: "a", count: 4096)
        #expect(!(try ExcludeRules([long] + Array(repeating: "a", count: 999))).isEmpty)
        #expect(throws: ExcludeMistake.unusable(long + "a", .tooLong)) { try ExcludeRules([long + "a"]) }
        #expect(throws: ExcludeMistake.tooMany(1001)) { try ExcludeRules(Array(repeating: "a", count: 1001)) }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("", "a*", 2000, "b"), ("", "*a", 2000, "b"), ("", "a/**/", 200, "b"), ("**/", "*a", 100, "/b"),
            ("", "**/a*/", 200, "b"), ("/", "*?", 1000, "b"),
        ]
    )
    func `a hostile pattern takes no more time than others`(start: String, middle: String, count: Int, end: String)
        throws
    {
        let pattern = start + String(repeating: middle, count: count) + end
        let rules = try ExcludeRules([pattern])
        let name = String(repeating: "a", count: 255)
        let path = Array(Array(repeating: name, count: 64).joined(separator: "/").utf8)
        for _ in 0..<20 { #expect(rules.pattern(excluding: path.span, isDirectory: false) == nil) }
    }
}
