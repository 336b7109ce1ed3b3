import Configuration
import Testing
import WebTokens

@testable import Web

@Suite struct SessionsTests {
    private let start = ContinuousClock.now
    private let limits = WebConfiguration.Session(idleTimeout: .seconds(60), lifetime: .seconds(150))

    private func token(_ name: String) throws -> (list: TokenList, token: Token) {
        var list = TokenList()
        let text = try list.add(name: name, role: .full, created: 1)
        return (list, try #require(list.find(text)))
    }

    @Test("A session lasts while it is used, and no longer than its lifetime")
    func lifetime() throws {
        let (list, token) = try token("alice")
        let sessions = Sessions(limits)
        let id = try #require(sessions.open(token, now: start))
        for second in [0, 50, 100, 149] {
            #expect(sessions.find(id, among: list, now: start + .seconds(second))?.token == token)
        }
        #expect(sessions.find(id, among: list, now: start + .seconds(150)) == nil)
        #expect(sessions.find(id, among: list, now: start) == nil)
    }

    @Test("A session that is not used ends")
    func idle() throws {
        let (list, token) = try token("alice")
        let sessions = Sessions(limits)
        let id = try #require(sessions.open(token, now: start))
        #expect(sessions.find(id, among: list, now: start + .seconds(60)) == nil)
    }

    @Test("A session ends with its token, also when the name is given again")
    func revoked() throws {
        var (list, token) = try token("alice")
        let sessions = Sessions(limits)
        let id = try #require(sessions.open(token))
        try list.revoke("alice")
        _ = try list.add(name: "alice", role: .full, created: 1)
        #expect(sessions.find(id, among: list) == nil)
    }

    @Test("A session is closed, and others are not")
    func closed() throws {
        let (list, token) = try token("alice")
        let sessions = Sessions(limits)
        let first = try #require(sessions.open(token))
        let second = try #require(sessions.open(token))
        #expect(first != second)
        sessions.close(try #require(sessions.find(first, among: list)))
        #expect(sessions.find(first, among: list) == nil)
        #expect(sessions.find(second, among: list)?.token == token)
        #expect(sessions.find("", among: list) == nil)
    }

    @Test("Of too many sessions, the one that was used least recently goes")
    func bounded() throws {
        let (list, token) = try token("alice")
        let sessions = Sessions(limits)
        let first = try #require(sessions.open(token, now: start))
        let second = try #require(sessions.open(token, now: start))
        #expect(sessions.find(first, among: list, now: start + .seconds(1)) != nil)
        for _ in 1..<Sessions.maximumCount { _ = sessions.open(token, now: start + .seconds(1)) }
        #expect(sessions.find(first, among: list, now: start + .seconds(1)) != nil)
        #expect(sessions.find(second, among: list, now: start + .seconds(1)) == nil)
    }
}
