/// What there is to tell of one thing: a line for each property, its name first.
struct Details {
    private let rows: [(name: String, text: String)]

    /// Creates them; a property without a text is left out, and texts are escaped here.
    init(_ rows: [(name: String, text: String?)]) {
        self.rows = rows.compactMap { row in row.text.map { (row.name, $0.escapedForTerminal) } }
    }

    /// The lines; a property that comes more than once in a row is named once.
    var lines: [String] {
        let width = rows.reduce(0) { max($0, $1.name.columns) } + 2
        return rows.indices.map { index in
            let isNamed = index == 0 || rows[index - 1].name != rows[index].name
            return (isNamed ? rows[index].name : "").padded(to: width) + rows[index].text
        }
    }
}
