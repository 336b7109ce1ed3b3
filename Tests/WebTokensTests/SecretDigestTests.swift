import Testing

@testable import WebTokens

@Suite struct SecretDigestTests {
    @Test("A digest is the SHA-256, and is read as it is written")
    func digest() throws {
        let digest = try #require(SecretDigest(of: "abc"))
        #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SecretDigest(hexadecimal: digest.hexadecimal) == digest)
        #expect(digest.isSame(as: digest))
        #expect(try !digest.isSame(as: #require(SecretDigest(of: "abd"))))
    }

    @Test(
        "What is no digest is none",
        arguments: ["", "ba", String(repeating: "g", count: 64), String(repeating: "A", count: 64)]
    )
    func others(text: String) {
        #expect(SecretDigest(hexadecimal: text) == nil)
    }

    @Test("Random secrets are 64 digits, and different")
    func random() {
        let secrets = Set((0..<100).map { _ in randomSecret() })
        #expect(secrets.count == 100)
        #expect(secrets.allSatisfy { $0.count == 64 })
    }
}
