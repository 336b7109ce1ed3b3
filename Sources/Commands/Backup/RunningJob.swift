import BackupModel
import Client

/// A job of the service that a command starts or waits for, and what it says of it whatever the job does.
struct RunningJob: Sendable {
    let id: SnapshotID
    /// What the job is, to stand behind "the", such as `backup of snapshot 7`.
    let name: String
    let console: Console
    let isJSON: Bool
    /// Where results go: the output, or the errors of a command whose output is the data itself.
    let results: Console
    /// What is written as JSON while the job runs.
    let document: any Encodable & Sendable

    init(
        id: SnapshotID,
        name: String,
        console: Console,
        isJSON: Bool,
        results: Console? = nil,
        document: (any Encodable & Sendable)? = nil
    ) {
        self.id = id
        self.name = name
        self.console = console
        self.isJSON = isJSON
        self.results = results ?? console
        self.document = document ?? JobDocument(id: id, result: "running")
    }

    /// Starts it by `call`.
    ///
    /// - Throws: `Interruption` where a signal came before it was known whether it has started.
    func start(_ call: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await console.untilSignal { try await call() }
        } catch let interruption as Interruption {
            console.note("Whether the \(name) has started is not known; `nexus-backup backup status` tells.")
            throw interruption
        }
    }

    /// Says that it runs.
    func reportStart() throws {
        guard !isJSON else { return try results.print(json: document) }
        try results.print("The \(name) has started; `nexus-backup backup status` tells how far it is.")
    }

    /// Shows how far it is until it has ended, and returns how.
    ///
    /// - Throws: `Interruption` where a signal ended the waiting; the job goes on then, and that is said.
    func end(_ client: BackupClient) async throws -> ExportStatus {
        do {
            return try await console.watch(id, client, showsLines: !isJSON)
        } catch {
            if error is Interruption { try reportInterruption() }
            throw error
        }
    }

    /// Says that it goes on though nobody waits.
    func reportInterruption() throws {
        console.note(
            "The \(name) goes on. `nexus-backup backup status` tells how far it is; `nexus-backup backup cancel` cancels it."
        )
        if isJSON { try results.print(json: document) }
    }

    /// Reports that it failed or was cancelled, as `result` says.
    ///
    /// - Throws: `error`.
    func fail(_ error: BackupError, _ result: String) throws {
        try fail(
            error,
            document: JobDocument(id: id, result: result, error: error.message, errorName: error.code.busName)
        )
    }

    /// Reports that it failed or was cancelled, as JSON by `document`.
    ///
    /// - Throws: `error`.
    func fail(_ error: BackupError, document: some Encodable) throws {
        guard isJSON else { throw error }
        try results.print(json: document)
        // The errors hold the document, and nothing else.
        if results.output == console.errors { throw ReportedFailure(exitStatus: error.code.exitStatus) }
        throw error
    }
}
