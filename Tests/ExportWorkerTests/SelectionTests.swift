import BackupModel
import ExportProtocol
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import ExportWorker

/// What a walk leaves out, and that what is counted is what is exported.
struct SelectionTests {
    /// What a walk comes by, as an archive lists it, and what it leaves out.
    private struct Log: TreeVisitor {
        var members: [String] = []
        var leftOut: [String] = []

        mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes) {
            members.append("\(path)/")
        }

        mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory) {
            members.append("\(path)")
        }

        mutating func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, by pattern: String?) {
            leftOut.append("\(path): \(reason.text(pattern: pattern))")
        }
    }

    private static let signature = "Signature: 8a477f597d28d172789f06886806bc55"

    /// Walks a tree that `script` makes, and counts it.
    private func walk(
        _ script: String,
        patterns: [String] = [],
        caches: Bool = false,
        marked: Bool = false,
        own: [String] = []
    ) async throws -> (members: [String], leftOut: [String]) {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; \(script)")
            let source = ExportRequest.Source(
                name: "top",
                path: directory.bytes,
                excludes: ExportExcludes(patterns: patterns, caches: caches, marked: marked),
                ownDirectories: own.map { Array($0.utf8) }
            )
            let selection = try Selection(source)
            var walk = TreeWalk(Log(), pacing: Pacing())
            try walk.walk(directory, as: "top", selection)
            var count = TreeWalk(TreeCount(pacing: Pacing()), pacing: Pacing())
            try count.walk(directory, as: "top", selection)
            #expect(count.visitor.entryCount == UInt64(walk.visitor.members.count))
            return (walk.visitor.members.sorted(), walk.visitor.leftOut.sorted())
        }
    }

    @Test func `what patterns exclude is left out, a directory with all that is in it and told of once`() async throws {
        let found = try await walk(
            """
            mkdir -p .hidden/x keep/tmp tmp/a/b; touch .hidden/x/y keep/tmp/z tmp/a/b/c tmp/d a.o keep/b.o keep/.o c.oo
            ln -s keep link; ln -s tmp tmp2
            """,
            patterns: ["*.o", "!/keep/b.o", "/tmp/", ".hidden", "link/"]
        )
        #expect(
            found.members == [
                "top/", "top/c.oo", "top/keep/", "top/keep/b.o", "top/keep/tmp/", "top/keep/tmp/z", "top/link",
                "top/tmp2",
            ]
        )
        #expect(
            found.leftOut == [
                "top/.hidden: excluded by the pattern .hidden", "top/a.o: excluded by the pattern *.o",
                "top/keep/.o: excluded by the pattern *.o", "top/tmp: excluded by the pattern /tmp/",
            ]
        )
    }

    @Test func `names of any bytes are compared`() async throws {
        let found = try await walk(
            """
            mkdir "$(printf 'bad\\377')"; touch "$(printf 'bad\\377/x')" "$(printf 'new\\nline')" "$(printf '\\376.tmp')" "$(printf '\\375')"
            """,
            patterns: ["bad?/", "new?line", "*.tmp"]
        )
        #expect(found.members == ["top/", "top/\\xfd"])
        #expect(found.leftOut.count == 3)
        #expect(found.leftOut.first == "top/\\xfe.tmp: excluded by the pattern *.tmp")
    }

    @Test func `what is excluded may be deep, and so may be what is kept`() async throws {
        let deep = "for i in $(seq 60); do mkdir d; touch d/file d/x.tmp; cd d; done"
        let found = try await walk(
            "mkdir out in; (cd out; \(deep)); cd in; \(deep)",
            patterns: ["/out", "*.tmp", "/in/d/**/d/file"]
        )
        // The directories, and the one file that has no two directories d above it.
        #expect(found.members.count == 2 + 60 + 1)
        #expect(found.leftOut.count == 1 + 60 + 59)
    }

    @Test func `of a directory with a cache tag only the tag is kept`() async throws {
        let script = """
            mkdir cache empty fake short link pipe; touch {cache,fake,short,link,pipe}/{a,b}; mkdir cache/c fake/CACHEDIR.TAG
            printf '\(Self.signature)\n# by a test' | tee cache/CACHEDIR.TAG empty/CACHEDIR.TAG >tag
            printf 'Signature: 8a477f597d28d172789f06886806bc5' >short/CACHEDIR.TAG
            ln -s ../tag link/CACHEDIR.TAG; mkfifo pipe/CACHEDIR.TAG; mkdir -p deep/er; cp tag deep/er/CACHEDIR.TAG; touch deep/er/x
            """
        let found = try await walk(script, caches: true)
        #expect(
            found.members.filter { $0.contains("cache") || $0.contains("empty") || $0.contains("er/") } == [
                "top/cache/", "top/cache/CACHEDIR.TAG", "top/deep/er/", "top/deep/er/CACHEDIR.TAG", "top/empty/",
                "top/empty/CACHEDIR.TAG",
            ]
        )
        #expect(
            found.leftOut == [
                "top/cache: contents excluded by CACHEDIR.TAG", "top/deep/er: contents excluded by CACHEDIR.TAG",
            ]
        )
        for name in ["fake", "short", "link", "pipe"] { #expect(found.members.contains("top/\(name)/a")) }
        let all = try await walk(script)
        #expect(all.leftOut == [])
        #expect(all.members.contains("top/cache/c/"))
    }

    @Test func `of a marked directory only the marker is kept, and the tag where both count`() async throws {
        let script = """
            mkdir -p a b both no/.nobackup; touch {a,b,both,no}/x; touch a/.nobackup both/.nobackup; ln -s /dev/null b/.nobackup
            printf '\(Self.signature)' >both/CACHEDIR.TAG
            """
        let found = try await walk(script, patterns: ["/b/.nobackup"], caches: true, marked: true)
        #expect(
            found.members == [
                "top/", "top/a/", "top/a/.nobackup", "top/b/", "top/both/", "top/both/.nobackup",
                "top/both/CACHEDIR.TAG",
                "top/no/", "top/no/.nobackup/", "top/no/x",
            ]
        )
        #expect(
            found.leftOut == [
                "top/a: contents excluded by .nobackup", "top/b/.nobackup: excluded by the pattern /b/.nobackup",
                "top/b: contents excluded by .nobackup", "top/both: contents excluded by CACHEDIR.TAG",
            ]
        )
    }

    @Test func `a mark in the root leaves only itself`() async throws {
        let found = try await walk("touch .nobackup x", marked: true)
        #expect(found.members == ["top/", "top/.nobackup"])
        #expect(found.leftOut == ["top: contents excluded by .nobackup"])
    }

    @Test func `the product's own directories are exported empty`() async throws {
        let found = try await walk(
            "mkdir -p srv/backups/x srv/snapshots backups; touch srv/backups/y backups/z srv/k",
            own: ["srv/backups", "srv/snapshots", "missing"]
        )
        #expect(
            found.members == [
                "top/", "top/backups/", "top/backups/z", "top/srv/", "top/srv/backups/", "top/srv/k",
                "top/srv/snapshots/",
            ]
        )
        #expect(found.leftOut == ["top/srv/backups: contents left out, as the product keeps its own files there"])
    }

    @Test(
        arguments: [
            (["["], [], "The source s has the pattern \"[\", which has a \"[\" without a \"]\""),
            (["a\u{1B}"], [], "has the pattern \"a\\x1b\", which contains a control character"),
            (Array(repeating: "a", count: 1001), [], "has 1001 patterns, more than 1000"),
            ([], ["/a"], "can't be right"), ([], [""], "can't be right"), ([], ["a/../b"], "can't be right"),
            ([], ["a\0"], "can't be right"), ([], Array(repeating: "a", count: 17), "can't be right"),
        ] as [([String], [String], String)]
    )
    func `what a request can't mean is refused`(patterns: [String], own: [String], message: String) {
        let source = ExportRequest.Source(
            name: "s",
            path: [0x2F],
            excludes: ExportExcludes(patterns: patterns),
            ownDirectories: own.map { Array($0.utf8) }
        )
        let error = #expect(throws: BackupError.self) { try Selection(source) }
        #expect(error?.code == .invalidArgs)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
