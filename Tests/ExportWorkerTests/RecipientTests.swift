import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct RecipientTests {
    /// Makes keys in the reader's home and returns the public ones, armored.
    private func makeKeys(_ workplace: Workplace, _ commands: String) async throws -> String {
        try await shell(
            """
            mkdir -p '\(workplace.tree)'; echo secret >'\(workplace.tree)/file'
            export GNUPGHOME='\(workplace.directory)/reader'
            mkdir -p -m 700 "$GNUPGHOME"
            trap 'gpgconf --kill all' EXIT
            make() { gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$@" 2>/dev/null; }
            \(commands)
            """
        )
    }

    private func failure(_ workplace: Workplace, recipients: [String], password: String? = nil) async throws
        -> WorkerFailure
    {
        let request = workplace.request(hasPassword: password != nil, recipients: recipients)
        let run = try WorkerRun(request, password: password, output: workplace.output)
        #expect(await run.waitForEnd() == 1)
        guard case .failed(let failure) = run.events.last else {
            throw TestSupportError(description: "no failure: \(run.events)")
        }
        return failure
    }

    @Test func `each recipient's key opens the export, and the password too`() async throws {
        try await Workplace.with { workplace in
            let keys = try await makeKeys(
                workplace,
                "make one default; make two default; gpg --armor --export one; echo @@; gpg --armor --export two"
            )
            let recipients = keys.split(separator: "@@\n").map(String.init)
            let request = workplace.request(recipients: recipients)
            try await workplace.export(request)
            #expect(try await workplace.decrypt(into: "tar -xO system/file") == "secret\n")
            for key in ["one", "two"] {
                let text = try await shell(
                    """
                    export GNUPGHOME='\(workplace.directory)/reader'
                    trap 'gpgconf --kill all' EXIT
                    gpg --batch --quiet --try-secret-key \(key) --pinentry-mode cancel -d '\(workplace.output)' 2>/dev/null \
                        | tar -xO system/file
                    """
                )
                #expect(text == "secret\n")
            }
            let packets = try await shell("gpg --list-packets --list-only '\(workplace.output)' 2>/dev/null || true")
            #expect(packets.components(separatedBy: ":pubkey enc packet:").count == 3)
            #expect(packets.contains(":symkey enc packet: version 4, cipher 9"))
            #expect(packets.contains("s2k 3, hash 10"))
        }
    }

    @Test func `without a password only the key opens the export, and no agent is started`() async throws {
        try await Workplace.with { workplace in
            let key = try await makeKeys(workplace, "make one default; gpg --armor --export one")
            try await workplace.export(workplace.request(hasPassword: false, recipients: [key]), password: nil)
            #expect(!FileManager.default.fileExists(atPath: workplace.home.appending("S.gpg-agent").string))
            let packets = try await shell("gpg --list-packets --list-only '\(workplace.output)' 2>/dev/null || true")
            #expect(!packets.contains("symkey"))
            #expect(packets.contains(":pubkey enc packet:"))
        }
    }

    @Test(arguments: [
        ("echo nonsense", "is not an OpenPGP public key"),
        (
            "make one default; gpg --batch --pinentry-mode loopback --passphrase '' --armor --export-secret-keys one",
            "is a private key"
        ),
        ("make one rsa sign; gpg --armor --export one", "has no key for encryption"),
        ("make one default default seconds=1; sleep 2; gpg --armor --export one", "has expired"),
        (
            """
            make one default
            key=$(gpg --list-keys --with-colons one | grep ^fpr | head -1 | cut -d: -f10)
            sed 's/^:---/---/' "$GNUPGHOME/openpgp-revocs.d/$key.rev" | gpg --batch --quiet --import 2>/dev/null
            gpg --armor --export one
            """, "has been revoked"
        ),
    ])
    func `a key that can't be encrypted to is refused, saying which one and why`(_ commands: String, _ reason: String)
        async throws
    {
        try await Workplace.with { workplace in
            let good = try await makeKeys(workplace, "make good default; gpg --armor --export good")
            let bad = try await makeKeys(workplace, commands)
            let failure = try await failure(workplace, recipients: [good, bad])
            #expect(failure.code == .invalidArgs)
            #expect(failure.message == "Recipient 2 of 2 \(reason); pass an armored OpenPGP public key.")
        }
    }
}
