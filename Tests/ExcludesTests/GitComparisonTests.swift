import Foundation
import TestSupport
import Testing

@testable import Excludes

/// Random patterns over a random tree, and what git itself says of them.
@Suite(.timeLimit(.minutes(2)))
struct GitComparisonTests {
    private static let setCount = 200
    private static let patternCount = 12

    /// The same numbers from the same seed, everywhere (SplitMix64).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: elements.indices, using: &self)]
        }
    }

    private struct Path {
        let text: String
        let isDirectory: Bool
    }

    private static let names = [
        "a", "b", "ab", "ba", "aab", "a.b", ".a", "A", "-", "[a]", "!a", "#b", " a", "a ", "a b", "\\", "*", "]", "ä",
        "^",
    ]
    private static let pieces = [
        "a", "b", "ab", ".", "A", "-", " ", "ä", "!", "#", "^", "]", "/", "/", "/", "*", "*", "**", "**/", "/**",
        "/**/", "***",
        "?", "[", "[a-b]", "[!a]", "[^b-z]", "[]a]", "[[:alpha:]]", "[[:punct:]a]", "[a", "\\", "\\*", "\\/", "\\]",
        "\\a",
    ]

    private func tree(_ numbers: inout Numbers, below path: String = "", depth: Int = 0) -> [Path] {
        var paths: [Path] = []
        for name in Self.names.shuffled(using: &numbers).prefix(depth == 0 ? 10 : 3) {
            let isDirectory = depth < 3 && Bool.random(using: &numbers)
            paths.append(Path(text: path + name, isDirectory: isDirectory))
            if isDirectory { paths += tree(&numbers, below: "\(path)\(name)/", depth: depth + 1) }
        }
        return paths
    }

    private func pattern(_ numbers: inout Numbers) -> String {
        while true {
            let length = Int.random(in: 1...6, using: &numbers)
            let body = (0..<length).map { _ in numbers.pick(Self.pieces) }.joined()
            let text = (Int.random(in: 0..<4, using: &numbers) == 0 ? "!" : "") + body
            // git before 2.52 takes two stars behind a plain beginning, as in a**/b, for two between slashes, which the
            // manual does not.
            let isMisread = text.firstMatch(of: /^!?\/?[^*?\[\\]*[^\/*?\[\\]\*\*/) != nil && text.contains("/")
            if !isMisread, (try? ExcludePattern(text)) != nil { return text }
        }
    }

    /// Whether git ignores each of `paths`, for each set of patterns.
    private func verdicts(of sets: [[String]], on paths: [Path]) async throws -> [[Bool]] {
        try await withTemporaryDirectory { directory in
            let files = FileManager.default
            for path in paths {
                let place = "\(directory)/tree/\(path.text)"
                try files.createDirectory(
                    atPath: path.isDirectory ? place : (place as NSString).deletingLastPathComponent,
                    withIntermediateDirectories: true
                )
                if !path.isDirectory { try Data().write(to: URL(filePath: place)) }
            }
            for (index, set) in sets.enumerated() {
                let text = set.map { $0 + "\n" }.joined()
                try Data(text.utf8).write(to: URL(filePath: "\(directory)/set-\(index)"))
            }
            try await shell(
                """
                cd '\(directory)/tree'; git init -q .
                export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
                cat > ../paths
                for i in $(seq 0 \(sets.count - 1)); do
                    git -c core.excludesFile='\(directory)'/set-$i check-ignore --no-index -v -n --stdin -z \
                        < ../paths > ../out-$i || [ $? = 1 ]
                done
                """,
                input: paths.map { $0.text + "\0" }.joined()
            )
            return try sets.indices.map { index in
                let output = try Data(contentsOf: URL(filePath: "\(directory)/out-\(index)"))
                let fields = output.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
                return paths.indices.map { path in
                    // Source, line, pattern, path.
                    let pattern = path * 4 + 2 < fields.count ? fields[path * 4 + 2] : []
                    return !pattern.isEmpty && pattern.first != UInt8(ascii: "!")
                }
            }
        }
    }

    private func isExcluded(_ path: Path, by rules: ExcludeRules) -> Bool {
        let bytes = Array(path.text.utf8)
        for end in bytes.indices.dropFirst() where bytes[end] == UInt8(ascii: "/") {
            if rules.pattern(excluding: Array(bytes[..<end]).span, isDirectory: true) != nil { return true }
        }
        return rules.pattern(excluding: bytes.span, isDirectory: path.isDirectory) != nil
    }

    @Test func `what random patterns exclude is what git ignores`() async throws {
        var numbers = Numbers(state: 1)
        let paths = tree(&numbers)
        let sets = (0..<Self.setCount).map { _ in (0..<Self.patternCount).map { _ in pattern(&numbers) } }
        let verdicts = try await verdicts(of: sets, on: paths)
        var ignoredCount = 0
        for (set, verdicts) in zip(sets, verdicts) {
            let rules = try ExcludeRules(set)
            for (path, verdict) in zip(paths, verdicts) {
                ignoredCount += verdict ? 1 : 0
                #expect(isExcluded(path, by: rules) == verdict, "\(path) by \(set)")
            }
        }
        // Neither all nor none.
        #expect(ignoredCount > paths.count * sets.count / 20)
        #expect(ignoredCount < paths.count * sets.count * 19 / 20)
    }
}
