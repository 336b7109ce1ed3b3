import BackupModel
import DBus
import Exports
import Linux
import Snapshots

/// The methods of `tech.noreya.Backup1`: decode, call, encode.
struct BackupInterface: Sendable {
    let snapshots: SnapshotStore
    let exporter: Exporter

    var methods: [ServiceMethod] { jobs + files + listing }

    private var jobs: [ServiceMethod] {
        [
            ServiceMethod(
                "Create",
                in: [Argument("id", .anyInteger), Argument("password", .secret)],
                action: "\(ServiceNames.backup).Create"
            ) { call, caller in
                let options = try ExportOptions(password: call.secret(at: 1))
                return try await start(call.id(at: 0), options, .store(readableBy: caller.userID))
            },
            ServiceMethod(
                "CreateWithOptions",
                in: [Argument("id", .anyInteger), Argument("options", .options(secrets: ExportOptions.secretKeys))],
                action: "\(ServiceNames.backup).Create"
            ) { call, caller in
                let id = try call.id(at: 0)
                let options = try await ExportOptions(arguments: call.options(at: 1))
                return try await start(id, options, .store(readableBy: caller.userID))
            },
            ServiceMethod(
                "Export",
                in: [
                    Argument("id", .anyInteger), Argument("fd", .exactly("h")),
                    Argument("options", .options(secrets: ExportOptions.secretKeys)),
                ],
                action: "\(ServiceNames.backup).Create"
            ) { call, _ in
                let id = try call.id(at: 0)
                let descriptor = try call.fileDescriptor(at: 1)
                let options = try await ExportOptions(arguments: call.options(at: 2))
                return try await start(id, options, .descriptor(descriptor))
            },
            ServiceMethod(
                "Verify",
                in: [Argument("id", .anyInteger), Argument("options", .options(secrets: ExportOptions.secretKeys))],
                action: "\(ServiceNames.backup).Verify"
            ) { call, _ in
                let id = try call.id(at: 0)
                try await exporter.verify(id, password: .password(ofVerifyOptions: call.options(at: 1)))
                return []
            },
            ServiceMethod(
                "Restore",
                in: [
                    Argument("id", .anyInteger), Argument("paths", .exactly("aay")), Argument("target", .exactly("ay")),
                    Argument("options", .options(secrets: ExportOptions.secretKeys)),
                ],
                action: "\(ServiceNames.backup).Restore"
            ) { call, _ in
                let call = RestoreCall(
                    snapshots: snapshots,
                    exporter: exporter,
                    id: try call.id(at: 0),
                    paths: try call.byteStrings(at: 1),
                    target: try call.bytes(at: 2),
                    options: try await RestoreOptions(arguments: call.options(at: 3))
                )
                try await call.start()
                return []
            },
            ServiceMethod("Cancel", action: "\(ServiceNames.backup).Cancel") { _, _ in
                try await exporter.cancel()
                return []
            },
            ServiceMethod(
                "Status",
                out: [Argument("status", .exactly("a{sv}"))],
                action: "\(ServiceNames.backup).Status"
            ) { _, _ in
                [.properties(await exporter.status().properties)]
            },
        ]
    }

    private var files: [ServiceMethod] {
        [
            ServiceMethod(
                "Delete",
                in: [Argument("id", .anyInteger)],
                action: "\(ServiceNames.backup).Delete"
            ) { call, _ in
                try await exporter.delete(call.id(at: 0))
                return []
            },
            ServiceMethod(
                "Open",
                in: [Argument("id", .anyInteger)],
                out: [Argument("fd", .exactly("h"))],
                action: "\(ServiceNames.backup).Open"
            ) { call, _ in
                [.fileDescriptor(try await exporter.openFinished(call.id(at: 0)))]
            },
            ServiceMethod(
                "GetList",
                out: [Argument("backups", .exactly("aa{sv}"))],
                action: "\(ServiceNames.backup).GetList"
            ) { _, _ in
                var entries: [Value] = []
                for var export in try await exporter.list() {
                    export.snapshotExists = await snapshots.exists(export.id)
                    entries.append(.properties(export.properties))
                }
                return [.array(of: "a{sv}", entries)]
            },
        ]
    }

    private func start(_ id: SnapshotID, _ options: ExportOptions, _ output: ExportOutput) async throws -> [Value] {
        try options.validate()
        let lease = try await snapshots.lease(id)
        do {
            try await exporter.start(ExportSubject(lease), options: options, output: output)
        } catch {
            lease.release()
            throw error
        }
        return []
    }
}
