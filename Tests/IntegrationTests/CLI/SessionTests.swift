import DBus
import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// The session at the command line that the README shows, typed again.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct SessionTests {
    /// A command and what it prints.
    private struct Step {
        let command: String
        var output = ""
    }

    /// The lines of the README from the first that is indented after the section's title.
    private func session() throws -> [Step] {
        let text = try String(contentsOfFile: repository.appending("README.md").string, encoding: .utf8)
        let section = try #require(text.split(separator: "\n### A session\n").last?.split(separator: "\n### ").first)
        var steps: [Step] = []
        for line in section.split(separator: "\n") where line.hasPrefix("    ") {
            if line.hasPrefix("    # ") {
                steps.append(Step(command: String(line.dropFirst(6))))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output += line.dropFirst(4) + "\n"
            }
        }
        return steps
    }

    /// The text without what differs from one time and machine to another: numbers, ages, sums, and how wide columns are.
    private func shape(_ text: String) -> String {
        text.replacing(/\b[0-9a-f]{64}\b/, with: "SUM")
            .replacing(/just now|[0-9]+ [a-z]+ ago/, with: "AGE")
            .replacing(/[0-9]+(\.[0-9]+)? ([KMGTP]i)?B\b/, with: "SIZE")
            .replacing(/[0-9]+/, with: "N")
            .replacing(/\s{2,}/, with: "  ")
    }

    @Test func `what the README shows is what happens`() async throws {
        let steps = try session()
        #expect(steps.count >= 7)
        try await withService(filesystem: .btrfs) { service in
            try await shell(
                """
                cd \(service.root); mkdir -p mnt/usb; head -c 3000000 /dev/urandom > broot/data/photo.jpg
                umask 077; echo '\(TestService.password)' > password
                """
            )
            try await service.withDaemon { _ in
                for step in steps {
                    let command = "cd \(service.root); PATH=\(try executableDirectory()):$PATH; \(step.command)"
                    let result = try await service.bus.run(["bash", "-c", command.replacing(" /mnt", with: " mnt")])
                    #expect(result.status == 0, "\(step.command): \(result.errors)")
                    let output = result.output.replacing(service.root.string, with: "").replacing(
                        " mnt/",
                        with: " /mnt/"
                    )
                    #expect(shape(output) == shape(step.output), "\(step.command) prints:\n\(output)")
                }
            }
        }
    }
}
