import SystemPackage
import TestSupport
import Testing

/// A comparison that finds nothing would make the round trips worthless.
@Suite(.needsRoot)
struct TreeComparisonTests {
    @Test(arguments: [
        ("touch two/new", "new: not expected"), ("rm two/file", "file: missing"), ("echo other >>two/file", "size"),
        ("printf CONTENT >two/file; touch -d @5 two/file", "content"), ("chmod 4755 two/file", "permissions"),
        ("chown 5 two/file", "owner"), ("chgrp 5 two/file", "group"),
        ("touch -d @5.000000001 two/file", "modification"),
        ("touch -d @6 two", ": modification"), ("rm two/hard; cp -p two/file two/hard; touch -d @5 two", "link count"),
        ("ln -sfn other two/link; touch -h -d @5 two/link; touch -d @5 two", "target"),
        ("rm two/dev; mknod two/dev c 1 4; touch -d @5 two/dev two", "device"),
        ("setfattr -n user.a -v c two/file", "extended"),
        ("setfattr -x user.a two/file", "extended"), ("setfacl -m u:5:r two/file", "extended"),
        ("setfattr -h -n trusted.a -v c two/link", "extended"),
        ("rm two/link; touch two/link; touch -d @5 two/link two", "type"),
        (
            "cp --sparse=never two/sparse two/s2; cat two/s2 >two/sparse; rm two/s2; touch -d @5 two/sparse two",
            "data between"
        ),
    ])
    func `any difference is found`(_ change: String, _ expected: String) async throws {
        try await withTemporaryDirectory { directory in
            try await shell(
                """
                cd '\(directory)'; mkdir one; cd one
                printf content >file; ln file hard; ln -s target link; mknod dev c 1 3; truncate -s 1M sparse
                setfattr -n user.a -v b file
                touch -h -d @5 file link dev sparse .
                cd ..; cp -a one two
                """
            )
            #expect(try TreeComparison(directory.appending("one"), directory.appending("two")).differences == [])
            try await shell("cd '\(directory)'; \(change)")
            let differences = try TreeComparison(directory.appending("one"), directory.appending("two")).differences
            #expect(differences.contains { $0.contains(expected) }, "\(differences)")
        }
    }
}
