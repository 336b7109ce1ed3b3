import ExportProtocol
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

struct TreeWalkTests {
    /// Writes down what a walk comes by.
    private struct Log: TreeVisitor {
        var lines: [String] = []

        mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes) {
            lines.append("\(path)/")
        }

        mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory) {
            lines.append("\(path) \(kind)")
        }

        mutating func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, by pattern: String?) {
            lines.append("\(path) left out: \(reason.rawValue)" + (pattern.map { " \($0)" } ?? ""))
        }
    }

    private func walk(_ tree: FilePath) throws -> [String] {
        var walk = TreeWalk(Log())
        try walk.walk(tree, as: "top")
        return walk.visitor.lines
    }

    @Test func `a walk comes by every entry once, a directory before its entries`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; mkdir -p a/b c; touch file a/b/inner; ln -s /etc a/link; mkfifo c/fifo")
            let lines = try walk(directory)
            #expect(
                lines.sorted() == [
                    "top/", "top/a/", "top/a/b/", "top/a/b/inner regular", "top/a/link symbolicLink", "top/c/",
                    "top/c/fifo fifo", "top/file regular",
                ]
            )
            let place = { (line: String) in lines.firstIndex(of: line) ?? -1 }
            #expect(place("top/a/") < place("top/a/b/"))
            #expect(place("top/a/b/") < place("top/a/b/inner regular"))
        }
    }

    @Test func `deeper than directories are kept open, entries on the way back are found too`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                """
                cd '\(directory)'
                for i in $(seq 300); do touch before-$i; mkdir level; mkdir other-$i; touch other-$i/in; cd level; done
                """
            )
            let lines = try walk(directory)
            #expect(lines.count == 1 + 300 * 4)
            #expect(Set(lines).count == lines.count)
        }
    }

    @Test func `a tree that is not there, or is a link, is an error that names it`() throws {
        try withTemporaryDirectory { directory in
            try symlink("/etc", at: directory.appending("link"))
            for name in ["missing", "link"] {
                let error = #expect(throws: (any Error).self) { try walk(directory.appending(name)) }
                #expect("\(try #require(error))".contains("top could not be read"))
            }
        }
    }
}
