/// Rows of texts under titles, in columns that fit a width.
struct Table {
    /// A column, and what is done with it where not all fit.
    struct Column {
        let title: String
        var isRight = false
        /// Whether its texts may be cut.
        var isFlexible = false
        /// Columns with the greatest rank are left out first; 0 stays.
        var rank = 0
    }

    /// A flexible column that had to be narrower than this is left out where it may be.
    private static let leastFlexibleWidth = 12
    private static let gap = "  "

    let columns: [Column]
    let rows: [[String]]

    /// Creates a table; each row has a text for each column, which is escaped here.
    init(_ columns: [Column], _ rows: [[String]]) {
        self.columns = columns
        self.rows = rows.map { $0.map(\.escapedForTerminal) }
    }

    /// The lines, none of them wider than `width` unless the first column alone is; as wide as it gets where that is nil.
    func lines(width: Int?) -> [String] {
        var shown = Array(columns.indices)
        var widths = naturalWidths
        if let width {
            while let most = shown.max(by: { columns[$0].rank < columns[$1].rank }), columns[most].rank > 0,
                least(shown, widths, flexible: Self.leastFlexibleWidth) > width
            {
                shown.removeAll { $0 == most }
            }
            // Whole columns go before a number is cut: it would be another number.
            while shown.count > 1, least(shown, widths, flexible: 1) > width,
                let last = shown.dropFirst().last(where: { !columns[$0].isFlexible }) ?? shown.last
            {
                shown.removeAll { $0 == last }
            }
            shrink(&widths, of: shown, to: width)
        }
        return ([columns.map(\.title)] + rows).map { row in
            let cells = shown.map { index in
                row[index].truncated(to: widths[index]).padded(to: widths[index], isRight: columns[index].isRight)
            }
            var line = cells.joined(separator: Self.gap)
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private var naturalWidths: [Int] {
        columns.indices.map { index in
            rows.reduce(columns[index].title.columns) { max($0, $1[index].columns) }
        }
    }

    /// The width below which a column would have to go, where flexible ones get `flexible` at least.
    private func least(_ shown: [Int], _ widths: [Int], flexible: Int) -> Int {
        total(shown.map { columns[$0].isFlexible ? min(widths[$0], flexible) : widths[$0] })
    }

    private func total(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + max(0, widths.count - 1) * Self.gap.count
    }

    private func shrink(_ widths: inout [Int], of shown: [Int], to limit: Int) {
        while total(shown.map { widths[$0] }) > limit {
            let candidates = shown.filter { columns[$0].isFlexible && widths[$0] > 1 }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }
}
