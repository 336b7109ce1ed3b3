import BackupModel
import DBus
import Exports

/// What is in the exports.
extension BackupInterface {
    /// Who may see the names of all files, in whichever way.
    private static let action = "\(ServiceNames.backup).ListFiles"

    var listing: [ServiceMethod] {
        [
            ServiceMethod(
                "ListFiles",
                in: [
                    Argument("id", .anyInteger), Argument("path", .exactly("ay")),
                    Argument("options", .exactly("a{sv}")),
                ],
                out: [Argument("entries", .exactly("aa{sv}"))],
                action: Self.action
            ) { call, _ in
                let page = try FilePage(arguments: call.options(at: 2), FilePage.ofDirectory)
                let entries = try await exporter.listFiles(call.id(at: 0), call.bytes(at: 1), page)
                return [.array(of: "a{sv}", entries.map { .properties($0.propertiesAsName) })]
            },
            ServiceMethod(
                "SearchFiles",
                in: [Argument("text", .exactly("s")), Argument("options", .exactly("a{sv}"))],
                out: [Argument("matches", .exactly("aa{sv}"))],
                action: Self.action
            ) { call, _ in
                let page = try FilePage(arguments: call.options(at: 1), FilePage.ofSearch)
                let result = try await exporter.searchFiles(call.string(at: 0), page)
                let properties = result.matches.map(\.properties) + result.unsearched.map(\.properties)
                return [.array(of: "a{sv}", properties.map { .properties($0) })]
            },
        ]
    }
}
