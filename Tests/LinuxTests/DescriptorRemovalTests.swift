import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot)
struct DescriptorRemovalTests {
    @Test func `a tree of any depth is removed with few descriptors`() async throws {
        try await withTemporaryDirectory { path in
            let make = """
                import os, sys
                os.chdir(sys.argv[1]); os.mkdir("tree"); os.chdir("tree")
                for i in range(10000):
                    if i % 100 == 0: os.mkdir("beside"); open("file", "w")
                    os.mkdir("d"); os.chdir("d")
                """
            try await shell("/usr/bin/python3 - \(path)", input: make)
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            try directory.removeTree("tree")
            #expect(try directory.entryNames() == [])
        }
    }

    @Test func `nothing is removed of a filesystem that is mounted in the tree`() async throws {
        try await withTemporaryDirectory { path in
            try await shell("cd \(path); mkdir -p tree/below/point other; touch other/kept")
            try await shell("mount --bind \(path)/other \(path)/tree/below/point")
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            let error = #expect(throws: LinuxError.self) { try directory.removeTree("tree") }
            let left = try await shell("ls \(path)/other; umount \(path)/tree/below/point")
            #expect(error?.errno == .resourceBusy)
            #expect(left == "kept\n")
            try directory.removeTree("tree")
            #expect(try directory.entryNames() == ["other"])
        }
    }

    @Test func `the contents alone can be removed`() async throws {
        try await withTemporaryDirectory { path in
            try await shell("cd \(path); mkdir -p a/b/c; touch a/b/file file; ln -s a/b link; mkfifo a/fifo")
            try Descriptor.open(path, [.readOnly, .directory]).removeContents()
            #expect(try await shell("find \(path)") == "\(path)\n")
        }
    }
}
