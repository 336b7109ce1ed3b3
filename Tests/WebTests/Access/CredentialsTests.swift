import Testing

@testable import Web

@Suite struct CredentialsTests {
    @Test("Bearer and Basic are understood, whatever the case")
    func understood() {
        #expect(Credentials("Bearer nxb_1") == .bearer("nxb_1"))
        #expect(Credentials("bearer  nxb_1") == .bearer("nxb_1"))
        #expect(Credentials("Basic YWxpY2U6bnhiXzE=") == .basic(user: "alice", password: "nxb_1"))
        #expect(Credentials("BASIC OmE6Yg==") == .basic(user: "", password: "a:b"))
        #expect(Credentials("Basic YWxpY2U6bnhiXzE=")?.token == "nxb_1")
    }

    @Test(
        "Nothing else is",
        arguments: ["", "Bearer", "Basic", "Basic !!", "Basic YWJj", "Basic //8=", "Digest x", "nxb_1"]
    )
    func others(field: String) {
        #expect(Credentials(field) == nil)
    }

    @Test("A field without end is not looked at")
    func long() {
        #expect(Credentials("Bearer " + String(repeating: "a", count: 2000)) == nil)
    }
}
