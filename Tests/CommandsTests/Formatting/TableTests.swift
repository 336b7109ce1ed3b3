import Testing

@testable import Commands

@Suite struct TableTests {
    private static let table = Table(
        [
            .init(title: "ID", isRight: true), .init(title: "AGE"), .init(title: "KIND", rank: 2),
            .init(title: "DESCRIPTION", isFlexible: true, rank: 1),
        ],
        [
            ["7", "2 hours ago", "manual", "before the upgrade of everything to the next release"],
            ["12", "just now", "plan", "日本\u{1B}[31m"], ["4294967295", "3 years ago", "undo", ""],
        ]
    )

    @Test func `without a width everything is shown`() {
        #expect(
            Self.table.lines(width: nil) == [
                "        ID  AGE          KIND    DESCRIPTION",
                "         7  2 hours ago  manual  before the upgrade of everything to the next release",
                "        12  just now     plan    日本\\u{1b}[31m",
                "4294967295  3 years ago  undo",
            ]
        )
    }

    @Test func `a flexible column is cut to fit`() {
        #expect(
            Self.table.lines(width: 50) == [
                "        ID  AGE          KIND    DESCRIPTION",
                "         7  2 hours ago  manual  before the upgra…",
                "        12  just now     plan    日本\\u{1b}[31m",
                "4294967295  3 years ago  undo",
            ]
        )
    }

    @Test func `columns of the greatest rank are left out first`() {
        #expect(Self.table.lines(width: 40).first == "        ID  AGE          DESCRIPTION")
        #expect(Self.table.lines(width: 30).first == "        ID  AGE")
    }

    @Test func `no line is wider than the terminal`() {
        for width in 10...200 {
            for line in Self.table.lines(width: width) { #expect(line.columns <= width) }
        }
    }

    @Test(arguments: 1...40)
    func `a number is never cut`(width: Int) {
        let table = Table(
            [.init(title: "ID", isRight: true), .init(title: "MADE"), .init(title: "SIZE", isRight: true)],
            [["4294967295", "3 years ago", "1.46 GiB"]]
        )
        let words = (table.lines(width: width).last ?? "").split(separator: "  ").map(String.init)
        #expect(words.first == "4294967295")
        #expect(Set(words).isSubset(of: ["4294967295", "3 years ago", "1.46 GiB"]))
    }

    @Test func `a table without rows has its titles`() {
        #expect(Table([.init(title: "A"), .init(title: "B")], []).lines(width: 80) == ["A  B"])
    }
}
