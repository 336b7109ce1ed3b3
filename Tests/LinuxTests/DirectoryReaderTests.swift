import Linux
import SystemPackage
import TestSupport
import Testing

struct DirectoryReaderTests {
    private func names(in directory: borrowing Descriptor, suspendingEvery interval: Int?) throws -> [String] {
        let reader = DirectoryReader()
        let path = EntryPath("top")
        var names: [String] = []
        while try reader.next(in: directory.file, appendingTo: path) != nil {
            names.append(path.description)
            path.truncate(to: 3)
            if let interval, names.count % interval == 0 { reader.suspend() }
        }
        return names
    }

    @Test func `a directory that is left and taken up again has the same entries once each`() async throws {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; seq -f 'entry-%05.0f' 5000 | xargs touch; mkdir sub; ln -s x link")
            let descriptor = try Descriptor.open(directory, [.readOnly, .directory])
            let all = try names(in: descriptor, suspendingEvery: nil)
            #expect(all.count == 5002)
            #expect(Set(all).count == 5002)
            #expect(all.contains("top/sub"))
            let again = try Descriptor.open(directory, [.readOnly, .directory])
            #expect(try names(in: again, suspendingEvery: 7) == all)
        }
    }

    @Test func `a file is no directory`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending("file")
            try await shell("touch '\(file)'")
            let descriptor = try Descriptor.open(file, [.readOnly])
            #expect(throws: LinuxError.self) { try names(in: descriptor, suspendingEvery: nil) }
        }
    }
}
