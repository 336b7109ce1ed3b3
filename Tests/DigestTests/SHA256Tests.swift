import Digest
import Testing

struct SHA256Tests {
    struct Unavailable: Error {}

    /// Examples of FIPS 180-2, appendix B.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func `the digest is that of the standard's examples`(_ text: String, _ times: Int, _ expected: String) throws {
        guard var digest = SHA256() else { throw Unavailable() }
        for _ in 0..<times { Array(text.utf8).withUnsafeBytes { digest.update($0) } }
        #expect(digest.hexadecimal() == expected)
    }
}
