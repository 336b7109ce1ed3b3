import BackupModel
import DBus
import Foundation
import FoundationXML
import Testing

@testable import BackupService

/// What is written down about the interfaces, held against what the service offers.
struct IntrospectionTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private static let names = [ServiceNames.snapshot, ServiceNames.backup]

    private func interface(_ name: String) throws -> XMLElement {
        let file = Self.root.appending(path: "dbus/\(name).xml")
        let document = try XMLDocument(contentsOf: file, options: [])
        return try #require(document.nodes(forXPath: "/node/interface").first as? XMLElement)
    }

    private func elements(_ path: String, in element: XMLElement) throws -> [XMLElement] {
        try element.nodes(forXPath: path).compactMap { $0 as? XMLElement }
    }

    private func attribute(_ name: String, _ element: XMLElement) -> String {
        element.attribute(forName: name)?.stringValue ?? ""
    }

    @Test(arguments: names)
    func `every method stands in the file with the same arguments, and no other does`(name: String) async throws {
        let object = try #require(try await allObjects().first { $0.name == name })
        let documented = try elements("method", in: interface(name)).map { method in
            let arguments = try elements("arg", in: method).map {
                "\(attribute("direction", $0)) \(attribute("name", $0)) \(attribute("type", $0))"
            }
            return "\(attribute("name", method))(\(arguments.joined(separator: ", ")))"
        }
        let offered = object.methods.map { method in
            let arguments =
                method.input.map { "in \($0.name) \($0.type.signature)" }
                + method.output.map { "out \($0.name) \($0.type.signature)" }
            return "\(method.name)(\(arguments.joined(separator: ", ")))"
        }
        #expect(documented.sorted() == offered.sorted())
    }

    @Test(arguments: names)
    func `every method, argument and signal is documented`(name: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: "dbus/\(name).xml"), encoding: .utf8)
        let interface = try interface(name)
        for member in try elements("method", in: interface) + elements("signal", in: interface) {
            let heading = "\(attribute("name", member)):"
            #expect(text.contains("        \(heading)"), "\(heading) has no documentation")
            for argument in try elements("arg", in: member) {
                #expect(text.contains("@\(attribute("name", argument)):"), "an argument of \(heading) has none")
            }
        }
    }

    @Test func `every key of a result is documented`() throws {
        var snapshot = SnapshotSummary.forTests
        snapshot.exclusiveByteCount = 1
        let documents = try [ServiceNames.snapshot, ServiceNames.backup].map {
            try String(contentsOf: Self.root.appending(path: "dbus/\($0).xml"), encoding: .utf8)
        }
        let keys = [
            (documents[0], snapshot.properties), (documents[0], SnapshotStatus().properties),
            (documents[1], ExportSummary.forTests.properties), (documents[1], ExportStatus().properties),
            (documents[1], FileEntry(path: [], kind: .file).propertiesAsName),
            (documents[1], FileSearchResult.Unsearched(id: 1, reason: "").properties),
        ]
        for (document, properties) in keys {
            for (key, value) in properties {
                #expect(
                    document.contains("        \(key) (\(value.signature)):"),
                    "\(key) is not documented as \(value.signature)"
                )
            }
        }
    }

    @Test func `what is embedded is what stands in the file`() async throws {
        for object in try await allObjects() {
            let text = try String(contentsOf: Self.root.appending(path: "dbus/\(object.name).xml"), encoding: .utf8)
            #expect(object.introspection.contains("<interface name=\"\(object.name)\">"))
            #expect(text.contains(object.introspection))
            #expect(!object.introspection.contains("<node"))
        }
    }

    @Test func `every method's action is a polkit action, and every action is a method's`() async throws {
        let policy = try XMLDocument(
            contentsOf: Self.root.appending(path: "polkit/tech.noreya.nexus-backup.policy"),
            options: [.documentTidyXML]
        )
        let actions = try policy.nodes(forXPath: "/policyconfig/action/@id").compactMap(\.stringValue)
        #expect(Set(actions) == Set(try await allObjects().flatMap { $0.methods.map(\.action) }))
        #expect(Set(actions).count == actions.count)
    }

    @Test func `a method's action is called like the method`() async throws {
        let variants = ["CreateWithOptions": "Create", "Export": "Create", "SearchFiles": "ListFiles"]
        for object in try await allObjects() {
            for method in object.methods {
                #expect(method.action == "\(object.name).\(variants[method.name] ?? method.name)")
            }
        }
    }
}
