import BackupModel
import ExportProtocol
import FoundationEssentials
import Testing

struct CodingTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> (text: String, value: Value) {
        let data = try JSONEncoder().encode(value)
        return (String(decoding: data, as: UTF8.self), try JSONDecoder().decode(Value.self, from: data))
    }

    @Test(arguments: [
        WorkerEvent.progress(
            WorkerProgress(bytesDone: .max, filesDone: 0, bytesTotal: nil, filesTotal: 7, bytesWritten: 1)
        ),
        .note("new\nline \u{2028} \u{85}"),
        .done(WorkerResult(byteCount: 1, sha256: "ab", entryCount: 2, leftOut: ["a\nb"], leftOutCount: 1)),
        .failed(WorkerFailure(code: .noSpace, message: "The disk is full.")),
    ])
    func `an event is one line, and the same when it is read`(event: WorkerEvent) throws {
        let result = try roundTrip(event)
        #expect(result.value == event)
        #expect(!result.text.contains("\n"))
    }

    @Test func `a request is one line, and the same when it is read`() throws {
        let request = ExportRequest(
            id: 7,
            sources: [
                .init(name: "system", path: [0x2F, 0xFF, 0x0A]),
                .init(
                    name: "data",
                    path: [0x2F],
                    excludes: ExportExcludes(patterns: ["*.o"], caches: true, marked: true),
                    ownDirectories: [[0xFE, 0x2F]]
                ),
            ],
            label: ExportLabel(id: 7, description: "a\nb", created: 1, host: "h", sources: [], leftOut: []),
            hasPassword: true,
            recipients: ["-----BEGIN\n"],
            compression: .zstd,
            maxRate: .max,
            ioPriority: .bestEffort,
            gpgHome: "/run/x",
            spoolDirectory: "/broot/backups"
        )
        let result = try roundTrip(request)
        #expect(result.value == request)
        #expect(!result.text.contains("\n"))
    }

    @Test(arguments: [
        Restoration.Destination.directory([0x2F, 0xFF]), .descriptor(3),
        .originalPlaces([.init(name: "a", path: [0x2F])]),
        .besideOriginals([.init(name: "a", path: [0x2F])], date: "2026-11-21"),
    ])
    func `a restoration is one line, and the same when it is read`(destination: Restoration.Destination) throws {
        let request = RestoreRequest(
            operation: .restore,
            id: 7,
            path: [],
            record: nil,
            ioPriority: .idle,
            gpgHome: "",
            spoolDirectory: "/tmp",
            restoration: Restoration(
                origin: .snapshot([.init(name: "a", path: [0x0A])]),
                paths: [[0x61, 0x2F, 0xFF]],
                destination: destination,
                overwrite: true,
                isDryRun: true,
                report: 4
            )
        )
        let result = try roundTrip(request)
        #expect(result.value == request)
        #expect(!result.text.contains("\n"))
    }

    @Test func `what became of an entry is told in words that never change`() throws {
        let note = RestorationNote(action: .create, path: nil, pathBase64: "/w==")
        #expect(try roundTrip(note).value == note)
        #expect(try roundTrip(note).text.contains(#""path_base64""#))
        #expect(
            RestorationNote.Action.allCases.map(\.rawValue) == ["create", "replace", "keep", "unchanged", "conflict"]
        )
    }

    @Test func `a source of which only name and path are told is exported whole`() throws {
        let text = #"{"name":"system","path":[47]}"#
        let source = try JSONDecoder().decode(ExportRequest.Source.self, from: Data(text.utf8))
        #expect(source == ExportRequest.Source(name: "system", path: [0x2F]))
        #expect(source.excludes.isEmpty)
    }

    @Test func `the label tells the excludes that are in force, and reads one that tells none`() throws {
        let text = #"{"kind":"data","name":"data","path":"/data"}"#
        let without = ExportLabel.Source(name: "data", path: "/data", kind: "data")
        #expect(try JSONDecoder().decode(ExportLabel.Source.self, from: Data(text.utf8)) == without)
        #expect(!(try roundTrip(without).text.contains("excludes")))
        let excludes = ExportExcludes(patterns: ["*.o"], caches: true)
        let with = ExportLabel.Source(name: "data", path: "/data", kind: "data", excludes: excludes)
        #expect(try roundTrip(with).value == with)
        #expect(try roundTrip(with).text.contains(#""patterns":["*.o"]"#))
    }

    @Test func `the names of the reasons never change`() {
        #expect(
            LeftOutReason.allCases.map(\.rawValue) == [
                "socket", "unknown-type", "pattern", "cache", "marked", "own-directory", "other-filesystem",
            ]
        )
    }

    @Test func `the label says what it is and in which version`() throws {
        let label = ExportLabel(id: 7, description: "", created: 1, host: "", sources: [], leftOut: [])
        let text = try roundTrip(label).text
        #expect(text.contains(#""format":"nexus-backup""#))
        #expect(text.contains(#""version":1"#))
        #expect(ExportLabel.memberName == "nexus-backup.json")
    }
}
