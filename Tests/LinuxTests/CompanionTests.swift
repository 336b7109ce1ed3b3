import Glibc
import Linux
import Testing

@Suite(.timeLimit(.minutes(5)), .serialized)
struct CompanionTests {
    @Test func `it is waited for until it is ready, and ended`() throws {
        let start = ContinuousClock.now
        let companion = try Companion.start(
            ["sh", "-c", "sleep 0.2; exec 3>&-; while :; do sleep 1; done"],
            patience: .seconds(60)
        )
        #expect(start.duration(to: .now) >= .milliseconds(200))
        #expect(!companion.hasEnded)
        companion.end()
        #expect(companion.hasEnded)
    }

    @Test func `what is not there has ended, and what never gets ready is not waited for without end`() throws {
        let missing = try Companion.start(["nexus-no-such-program"], patience: .seconds(60))
        missing.end()
        #expect(missing.hasEnded)
        let silent = try Companion.start(["sleep", "600"], patience: .milliseconds(100))
        #expect(!silent.hasEnded)
        silent.end()
        #expect(silent.hasEnded)
    }

    @Test func `one that does not want to end is killed`() throws {
        let companion = try Companion.start(
            ["sh", "-c", "trap '' TERM; exec 3>&-; while :; do sleep 1; done"],
            patience: .seconds(60)
        )
        companion.end()
        #expect(companion.hasEnded)
    }
}
