import Foundation
import HTTPTypes
import Testing

@testable import Web

@Suite struct AssetsTests {
    @Test func `every file that a page or a module names is served, and none is left over`() throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Web/Resources")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let served = Set(Assets.own.names)
        #expect(served == Set(names.filter { !$0.hasSuffix(".html") && !$0.hasSuffix(".json") }))
        for name in names where name.hasSuffix(".js") {
            let text = try String(contentsOf: directory.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /from '\.\/([a-z]+\.js)'/) {
                #expect(served.contains(String(match.1)), "\(name) imports \(match.1)")
            }
        }
    }

    @Test func `the address of the files is another as soon as one of them is`() {
        let (one, other) = (Assets([("a.js", [1]), ("b.js", [2])]), Assets([("a.js", [1]), ("b.js", [3])]))
        #expect(one.prefix != other.prefix && one.prefix == Assets([("b.js", [2]), ("a.js", [1])]).prefix)
    }

    @Test func `a page names the files of its own version, and all modules at once`() {
        let page = Page.login().text
        #expect(page.contains("\(Assets.own.prefix)/style.css") && !page.contains("{{"))
        #expect(Assets.own.preloads.contains("\(Assets.own.prefix)/texts.js"))
    }
}
