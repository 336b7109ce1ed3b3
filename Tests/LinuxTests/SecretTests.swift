import Linux
import SystemPackage
import Testing

struct SecretTests {
    private func read(_ bytes: String, limit: Int = 100, closing: Bool = true) throws -> String {
        let pipe = try Pipe.make().ends()
        try pipe.write.descriptor.write(Array(bytes.utf8))
        let reader = pipe.read
        let secret = try withExtendedLifetime(closing ? nil : pipe.write) {
            try Secret(readingLineFrom: reader.file, limit: limit, patience: .milliseconds(200))
        }
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `what is read ends at the first newline`() throws {
        #expect(try read("pass word\nand more") == "pass word")
        #expect(try read("\n") == "")
    }

    @Test func `more than the limit is an error and not a shorter secret`() {
        let error = #expect(throws: LinuxError.self) { try read("12345", limit: 4) }
        #expect(error?.errno == Errno(rawValue: 90))
    }

    @Test func `a writer that says nothing is not waited for longer than told`() {
        let error = #expect(throws: LinuxError.self) { try read("half", closing: false) }
        #expect(error?.errno == .timedOut)
    }

    @Test func `a secret says nothing of itself`() {
        #expect(!"\(Secret("hunter2"))".contains("hunter2"))
        #expect(Secret("").isEmpty)
        #expect(Secret("abc").count == 3)
        #expect(Secret("a\nb").contains { $0 == 10 })
    }
}
