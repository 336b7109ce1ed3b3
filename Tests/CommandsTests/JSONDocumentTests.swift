import ArgumentParser
import DBus
import Foundation
import SystemPackage
import Testing

@testable import Commands

/// The documents that commands write, held against `docs/json.md`.
@Suite(.timeLimit(.minutes(5)))
struct JSONDocumentTests {
    /// A field as the reference describes it.
    private struct Field {
        let type: String
        let isOptional: Bool
    }

    /// The fields of each command.
    private static let reference: [String: [String: Field]] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/json.md")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        var commands: [String] = []
        var result: [String: [String: Field]] = [:]
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") {
                commands = line.split(separator: "`").map(String.init).enumerated().filter { $0.offset % 2 == 1 }
                    .map(\.element)
            } else if line.hasPrefix("| `") {
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                let type = cells[1].split(separator: ", ").map(String.init)
                let field = Field(type: type[0], isOptional: type.count > 1)
                for command in commands {
                    result[command, default: [:]][String(cells[0].dropFirst().dropLast())] = field
                }
            }
        }
        return result
    }()

    /// The type of every field of a document, by its name.
    private static func fields(_ value: Any, _ name: String = "") -> [String: String] {
        switch value {
        case let object as [String: Any]:
            let own = name.isEmpty || name.hasSuffix("[]") ? [:] : [name: "object"]
            return object.reduce(into: own) { result, entry in
                result.merge(fields(entry.value, name.isEmpty ? entry.key : "\(name).\(entry.key)")) { $1 }
            }
        case let array as [Any]:
            let kinds = Set(array.map(kind))
            let own = [name: kinds.count == 1 ? "array of \(kinds.first ?? "")s" : "array"]
            return array.reduce(into: own) { result, element in
                if element is [String: Any] { result.merge(fields(element, "\(name)[]")) { $1 } }
            }
        default: return [name: kind(value)]
        }
    }

    private static func kind(_ value: Any) -> String {
        switch value {
        case is String: "string"
        case is [String: Any]: "object"
        case let number as NSNumber: isBoolean(number) ? "boolean" : "integer"
        default: "\(type(of: value))"
        }
    }

    /// Booleans and integers are both numbers to JSONSerialization; only the former have this type of one byte.
    private static func isBoolean(_ number: NSNumber) -> Bool {
        unsafe String(cString: number.objCType) == "c"
    }

    private static let state: PeerService.State = {
        var state = PeerService.State.of(
            PeerService.State.running(50),
            PeerService.State.ended("failed", "It broke.")
        )
        state.snapshots = [
            [
                "id": .uint32(7), "path": .string("/s/7"), "kind": .string("undo"), "exclusive_bytes": .uint64(1),
                "left_out": .array(of: "s", [.string("a socket")]),
            ],
            ["id": .uint32(3), "kind": .string("undo")],
        ]
        state.exports[0]["path"] = .string("/tmp/nexus_backup_7.tar.gpg")
        let lost = Value.properties(["what": .string("owner"), "count": .uint64(1), "first": .string("data/x")])
        for index in state.statuses.indices {
            state.statuses[index]["last_restored"] = .properties([
                "from": .string("snapshot"), "lost": .array(of: "a{sv}", [lost]),
                "targets": .array(of: "ay", [.bytes(Array("/tmp/x".utf8))]),
            ])
        }
        state.snapshotStatus = ["reboot_required": .bool(true), "mounts_of_old": .array(of: "s", [.string("/")])]
        return state
    }()

    private static let commands: [[String]] = [
        ["status"], ["snapshot", "create"], ["snapshot", "list"], ["snapshot", "show", "7"],
        ["snapshot", "activate", "7"], ["snapshot", "undo"], ["snapshot", "delete", "7", "101"],
        ["backup", "create", "7"], ["backup", "verify", "7"], ["backup", "status"], ["backup", "wait"],
        ["backup", "list"], ["backup", "show", "7"], ["backup", "cancel"], ["backup", "delete", "7", "101"],
        ["backup", "files", "7"], ["backup", "search", "abc"], ["backup", "download", "7"], ["export", "7"],
        ["backup", "restore", "7", "--from", "snapshot"],
        ["web", "token", "add", "new"], ["web", "token", "list"], ["web", "token", "revoke", "robot"],
    ]

    /// How many words of a command are its name.
    private static func nameLength(_ command: [String]) -> Int {
        switch command.first {
        case "status", "export": 1
        case "web": 3
        default: 2
        }
    }

    /// What a command that writes files, or reads some, needs to do so in `directory`.
    private func place(for name: String, in directory: FilePath) async throws -> [String] {
        if name == "backup download" { return ["-o", "\(directory)"] }
        guard name.hasPrefix("web") else { return [] }
        let options = ["--file", "\(directory)/tokens.json", "--group", "nogroup"]
        #expect(try await TestConsole().run(["web", "token", "add", "robot"] + options) == 0)
        return options
    }

    @Test(arguments: commands)
    func `a document has the fields that are documented, of those types`(command: [String]) async throws {
        let name = command.prefix(Self.nameLength(command)).joined(separator: " ")
        let documented = try #require(Self.reference[name], "\(name) is not documented")
        let console = try TestConsole()
        var state = Self.state
        state.file = try console.file("an export", name: "export")
        state.exports[0]["size"] = .uint64(9)
        state.exports[0]["sha256"] = .string("")
        try await PeerService.serve(state) { service in
            let place = try await place(for: name, in: console.directory)
            let arguments = command + place + ["--json", "--address", service.address]
            _ = try await console.run(arguments, input: "secret\n")
            let text = try name == "export" ? console.errorText : console.outputText
            let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let fields = Self.fields(document)
            #expect(!fields.isEmpty)
            for (field, type) in fields {
                let isRight = documented[field].map {
                    $0.type == type || ($0.type.hasPrefix("array") && type == "array")
                }
                #expect(isRight == true, "\(field) is of type \(type)")
            }
            for (field, description) in documented where !description.isOptional && !field.contains("[]") {
                #expect(fields[field] != nil, "\(field) is documented and not there")
            }
        }
    }

    @Test func `nothing in a document drives a terminal, and it says the same all the same`() async throws {
        let hostile = "\u{1B}[2J\u{9B}31m\u{7F}\u{202E}\u{2028}\u{E0001}\u{F8FF}日本 é\n"
        var state = PeerService.State()
        state.snapshots = [["id": .uint32(7), "description": .string(hostile)]]
        try await PeerService.serve(state) { service in
            let console = try TestConsole()
            let status = try await console.run(["snapshot", "show", "7", "--json", "--address", service.address])
            #expect(status == 0)
            let text = try console.outputText
            for scalar in text.unicodeScalars { #expect(scalar == "\n" || scalar.isSafeOnTerminal, "\(scalar.value)") }
            let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(document?["description"] as? String == hostile)
            #expect(text.contains("日本 é"))
        }
    }

    @Test func `every command is documented`() {
        func names(_ command: any ParsableCommand.Type, _ path: [String]) -> [String] {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty else { return [path.joined(separator: " ")] }
            return subcommands.flatMap { names($0, path + [$0.configuration.commandName ?? ""]) }
        }
        #expect(names(NexusBackup.self, []).sorted() == Self.reference.keys.sorted())
    }
}
