import DBus
import Linux
import SystemPackage
import TestSupport
import Testing

/// What the shells complete, with the scripts that the command writes for them.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct CompletionTests {
    /// What bash offers for each of `lines`, one line each.
    private func offers(_ lines: [String], _ service: TestService) async throws -> [String] {
        let script = """
            PATH=\(try executableDirectory()):$PATH
            source <(nexus-backup --generate-completion-script bash)
            while IFS= read -r COMP_LINE; do
                read -ra COMP_WORDS <<< "$COMP_LINE"
                [[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
                COMP_POINT=${#COMP_LINE} COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
                _nexus-backup nexus-backup "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
                echo "${COMPREPLY[*]}"
            done
            """
        let result = try await service.bus.run(
            ["bash", "-c", script],
            input: lines.map { $0 + "\n" }.joined()
        )
        #expect(result.errors.isEmpty, "\(result.errors)")
        return result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func `bash completes commands, options, their values and ids`() async throws {
        try await withService { service in
            try await service.withDaemon { _ in
                for _ in 0..<3 { _ = try await service.createSnapshot() }
                let offers = try await offers(
                    [
                        "nexus-backup sn", "nexus-backup backup d", "nexus-backup backup create 1 --comp",
                        "nexus-backup backup create 1 --compression ", "nexus-backup snapshot show ",
                        "nexus-backup snapshot delete 1 ", "nexus-backup backup show ", "nexus-backup export 2",
                        "nexus-backup snapshot show --address unix:path=/nowhere ",
                    ],
                    service
                )
                let ids = { (offer: String) in Set(offer.split(separator: " ").filter { !$0.hasPrefix("-") }) }
                #expect(offers[0] == "snapshot" && Set(offers[1].split(separator: " ")) == ["delete", "download"])
                #expect(offers[2] == "--compression" && Set(offers[3].split(separator: " ")) == ["none", "zstd"])
                #expect(ids(offers[4]) == ["1", "2", "3"] && ids(offers[5]) == ["1", "2", "3"])
                #expect(ids(offers[6]) == [] && ids(offers[7]) == ["2"] && ids(offers[8]) == [])
            }
        }
    }

    @Test func `a service that is not there is not started, and nothing is said`() async throws {
        try await withService { service in
            let start = ContinuousClock.now
            let offers = try await offers(["nexus-backup snapshot show "], service)
            #expect(offers.count == 1 && offers[0].split(separator: " ").allSatisfy { $0.hasPrefix("-") })
            #expect(start.duration(to: .now) < .seconds(20))
        }
    }

    @Test func `zsh and fish understand their scripts, and fish completes commands`() async throws {
        try await withTemporaryDirectory { directory in
            let program = try executableDirectory().appending("nexus-backup")
            // Ids are asked for in an interactive fish only.
            let output = try await shell(
                """
                zsh -n <(\(program) --generate-completion-script zsh)
                \(program) --generate-completion-script fish > \(directory)/completions.fish
                fish --no-config -c 'set PATH \(program.removingLastComponent()) $PATH
                    source \(directory)/completions.fish; complete -C "nexus-backup snapshot sh"' 2>&1
                """
            )
            #expect(output.hasPrefix("show\t") && output.split(separator: "\n").count == 1, "\(output)")
        }
    }
}
