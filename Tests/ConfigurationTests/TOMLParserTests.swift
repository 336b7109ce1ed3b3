import Testing

@testable import Configuration

@Suite struct TOMLParserTests {
    /// The value of the key `v`, written so that types can be told apart.
    private func value(_ text: String) throws -> String {
        try TOMLParser.parse(text)["v"].map(describe) ?? "none"
    }

    private func describe(_ node: Node) -> String {
        switch node.value {
        case .string(let text): "s:\(text)"
        case .integer(let number): "i:\(number)"
        case .boolean(let flag): "b:\(flag)"
        case .array(let elements): "[\(elements.map(describe).joined(separator: " "))]"
        case .table(let entries):
            "{\(entries.inFileOrder.map { "\($0.key)=\(describe($0.value))" }.joined(separator: " "))}"
        case .other(let name): "o:\(name)"
        }
    }

    @Test(arguments: [
        ("v=0", "i:0"), ("v = +1_000", "i:1000"), ("v = -17", "i:-17"), ("v = 0xDEAD_beef", "i:3735928559"),
        ("v = 0o755", "i:493"), ("v = 0b101", "i:5"), ("v = 9223372036854775807", "i:9223372036854775807"),
        ("v = true # yes", "b:true"), ("v = false", "b:false"),
        ("v = 1.5", "o:a number with a fraction"), ("v = -1e6", "o:a number with a fraction"),
        ("v = inf", "o:a number with a fraction"), ("v = -nan", "o:a number with a fraction"),
        ("v = 1979-05-27", "o:a date or a time"), ("v = 1979-05-27 07:32:00.5-07:00", "o:a date or a time"),
        ("v = 07:32:00", "o:a date or a time"),
        ("v = ''", "s:"), ("v = \"\"", "s:"), ("v = 'C:\\x'", "s:C:\\x"),
        ("v = \"a\\tb\\\"\\\\\\u00e4\\U0001F600\"", "s:a\tb\"\\ä😀"),
        ("v = '''\nfirst\r\n'second'''''", "s:first\n'second''"),
        ("v = \"\"\"a \\  \n\n   b\"\"\"", "s:a b"), ("v = \"\"\"\"x\"\"\"", "s:\"x"),
        ("v = []", "[]"), ("v = [1, 'a', [true],\n # comment\n]", "[i:1 s:a [b:true]]"),
        ("v = { a = 1, b.c = 'x', \"d e\" = [] }", "{a=i:1 b={c=s:x} d e=[]}"), ("v = {}", "{}"),
        ("v.a.b = 1\nv . 'a' . c = 2", "{a={b=i:1 c=i:2}}"),
        ("[v.a]\nb = 1\n[v]\nc = 2", "{a={b=i:1} c=i:2}"),
        ("[[v]]\na = 1\n[v.b]\nc = 2\n[[v]]\r\n\r\n[[v.d]]\n", "[{a=i:1 b={c=i:2}} {d=[{}]}]"),
        ("[v]\na.b = 1\n[v.a.c]\nd = 2", "{a={b=i:1 c={d=i:2}}}"),
        ("\u{feff}v = 1", "i:1"), ("\"v\" = 1\n\n\n", "i:1"), ("", "none"), ("# only", "none"),
    ])
    func `a valid text is read`(text: String, expected: String) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        "v = 01", "v = 1_", "v = _1", "v = 1__0", "v = 0x", "v = 0xg", "v = +0x1", "v = 1.", "v = .5", "v = 1e",
        "v = True", "v = ", "v", "= 1", "v = 1 2", "v = 'a\nb'", "v = '''a", "v = \"\\x\"", "v = \"\\uD800\"",
        "v = \"\\u12\"", "v = [1", "v = [1 2]", "v = [,]", "v = {a=1", "v = {a=1,}", "v = {a=1\n}", "v = 1\rw = 2",
        "v.a = 1\nv.a.b = 2", "v = 1\n[v]", "v = {}\n[v.a]", "v = {}\nv.a = 1", "v = []\n[[v]]", "[v]\n[[v]]",
        "[[v]]\n[v]", "[v]\n[v]", "[v.a]\n[v]\na.b = 1", "[v.a]\n[v]\na = 1", "[ [v] ]", "[v] w = 1", "[]", "[v.]",
        "[[v]", "v = \u{7f}", "a b = 1", "v. = 1", ".v = 1", "é = 1",
    ])
    func `an invalid text is an error`(text: String) {
        #expect(throws: TOMLError.self) { try TOMLParser.parse(text) }
    }

    @Test func `every value knows its place`() throws {
        let root = try TOMLParser.parse("[a]\n  b.c = [ 1,\n 22 ]\n")
        #expect(root["a"]?.position == Position(line: 1, column: 1))
        guard case .table(let a)? = root["a"]?.value, case .table(let b)? = a["b"]?.value else {
            Issue.record("a.b is no table")
            return
        }
        #expect(b["c"]?.position == Position(line: 2, column: 5))
        guard case .array(let elements)? = b["c"]?.value else {
            Issue.record("a.b.c is no array")
            return
        }
        #expect(elements.map(\.position) == [Position(line: 2, column: 11), Position(line: 3, column: 2)])
    }
}
