import BackupModel
import SystemPackage
import TestSupport

/// One line of the list of injected faults: every call at one place, and what must come of each kind of fault.
struct FaultRow: Sendable {
    /// What must come of it.
    enum Expectation: Sendable {
        /// The export is done and whole.
        case done
        /// The export failed with this code and a message that holds this.
        case failed(BackupError.Code, String)
        /// Either, but nothing in between.
        case either
        /// The program could not say why it failed, or what was not said did not matter.
        case silentOrDone

        func holds(_ ending: FaultExport.Ending) -> Bool {
            switch (self, ending) {
            case (.done, .done), (.either, .done), (.either, .failed): true
            case (.silentOrDone, .silent), (.silentOrDone, .done): true
            case (.failed(let code, let text), .failed(let foundCode, let message)):
                code == foundCode && message.contains(text)
            default: false
            }
        }
    }

    let place: FaultPlace
    let call: FaultCall
    /// What must come of it, by kind of fault.
    let kinds: [(FaultKind, Expectation)]
    var way = FaultExport.Way()

    init(_ place: FaultPlace, _ call: FaultCall, _ kinds: [(FaultKind, Expectation)]) {
        self.place = place
        self.call = call
        self.kinds = kinds
    }
}

extension FaultKind {
    static let eio = FaultKind.error(.ioError)
    static let eintr = FaultKind.error(.interrupted)
    static let eagain = FaultKind.error(.resourceTemporarilyUnavailable)
    static let enospc = FaultKind.error(.noSpace)
    static let edquot = FaultKind.error(.diskQuotaExceeded)
    static let epipe = FaultKind.error(.brokenPipe)

    /// Whether it may happen to every call of a good run.
    var isHarmless: Bool {
        [.eintr, .eagain, .short].contains(self)
    }
}

/// What is to be met together: the rows of one table.
struct FaultGroup: Sendable, CustomStringConvertible {
    let description: String
    let rows: [FaultRow]
    var way = FaultExport.Way()
    var bigFile = 2

    static let all = [tree, pipes, output, unalignedOutput, entries, messages, gpg]

    private static let unread = FaultRow.Expectation.failed(.failed, "system")

    static let tree = FaultGroup(
        description: "the tree",
        rows: [
            FaultRow(.source, .open, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .read, [(.eio, unread), (.end, unread), (.eintr, .done), (.short, .done)]),
            FaultRow(.source, .stat, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .list, [(.eio, unread), (.eintr, .done), (.short, .done)]),
            FaultRow(.source, .listXattrs, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .getXattr, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .readlink, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .seek, [(.eio, unread), (.eintr, .done)]),
            FaultRow(.source, .advise, [(.eio, .done)]),
            FaultRow(.source, .close, [(.eio, .done), (.eintr, .done)]),
            FaultRow(.counting, .open, [(.eio, .done)]),
            FaultRow(.counting, .stat, [(.eio, .done)]),
            FaultRow(.counting, .list, [(.eio, .done)]),
            FaultRow(.counting, .close, [(.eio, .done)]),
        ]
    )

    static let pipes = FaultGroup(
        description: "gpg's pipes",
        rows: [
            FaultRow(
                .gpgInput,
                .write,
                [
                    (.eio, .failed(.failed, "archive")), (.epipe, .failed(.failed, "gpg")), (.eintr, .done),
                    (.eagain, .done), (.short, .done),
                ]
            ),
            FaultRow(
                .gpgOutput,
                .read,
                [(.eio, .failed(.failed, "gpg's output")), (.eintr, .done), (.eagain, .done), (.short, .done)]
            ),
        ]
    )

    private static let unwritten = FaultRow.Expectation.failed(.failed, "could not be written")
    private static let full = FaultRow.Expectation.failed(.noSpace, "no space left")

    static let output = FaultGroup(
        description: "the output",
        rows: [
            FaultRow(
                .output,
                .write,
                [
                    (.enospc, full), (.edquot, full), (.eio, unwritten), (.epipe, .failed(.cancelled, "closed it")),
                    (.eintr, .done), (.eagain, .done), (.short, .done),
                ]
            ),
            FaultRow(.output, .stat, [(.eio, .done), (.eintr, .done)]),
            FaultRow(.output, .seek, [(.eio, .done), (.eintr, .done)]),
        ],
        bigFile: 6
    )

    static let unalignedOutput = FaultGroup(
        description: "the output through the page cache",
        rows: [
            FaultRow(.output, .write, [(.enospc, full), (.eio, unwritten), (.eintr, .done), (.short, .done)]),
            FaultRow(.output, .writeback, [(.enospc, full), (.eio, unwritten), (.eintr, .done)]),
            FaultRow(.output, .advise, [(.eio, .done)]),
        ],
        way: FaultExport.Way(offset: 100),
        bigFile: 27
    )

    /// What an index is made from is worth less than the export.
    static let entries = FaultGroup(
        description: "the entries for the index",
        rows: [
            FaultRow(.storage, .open, [(.eio, .done), (.enospc, .done), (.eintr, .done)]),
            FaultRow(.storage, .write, [(.enospc, .done), (.eio, .done), (.eintr, .done), (.short, .done)]),
            FaultRow(.storage, .close, [(.eio, .done)]),
        ]
    )

    static let messages = FaultGroup(
        description: "what the worker is told, and tells",
        rows: [
            FaultRow(.job, .read, [(.eio, .failed(.failed, "could not be read")), (.eintr, .done), (.short, .done)]),
            FaultRow(.job, .poll, [(.eintr, .done)]),
            FaultRow(.events, .write, [(.eio, .silentOrDone), (.eintr, .done), (.eagain, .done), (.short, .done)]),
            FaultRow(.events, .poll, [(.eintr, .done)]),
            // A pipe can't be read with EIO, and libgpgme 1.18 does not survive it.
            FaultRow(.control, .read, [(.eintr, .done), (.short, .done)]),
            FaultRow(.control, .write, [(.eio, .either), (.eintr, .done), (.short, .done)]),
            FaultRow(.control, .poll, [(.eio, .either), (.eintr, .done)]),
            FaultRow(.control, .wait, [(.eintr, .done)]),
            FaultRow(.control, .close, [(.eio, .either), (.eintr, .done)]),
            FaultRow(.home, .open, [(.eio, .failed(.failed, "home"))]),
            FaultRow(.home, .write, [(.enospc, .failed(.failed, "home")), (.eintr, .done), (.short, .done)]),
        ],
        way: FaultExport.Way(key: .password)
    )

    private static let byGPG = FaultRow.Expectation.failed(.failed, "gpg")

    static let gpg = FaultGroup(
        description: "gpg",
        rows: [
            FaultRow(.gpgInput, .read, [(.eio, byGPG), (.eintr, .done), (.short, .done)]),
            FaultRow(.gpgOutput, .write, [(.enospc, byGPG), (.eio, byGPG), (.epipe, byGPG)]),
            FaultRow(.gpgOutput, .write, [(.eintr, .done), (.short, .done)]),
            // A pipe can't be read with EIO; gpg takes it for the end of the password.
            FaultRow(.control, .read, [(.eintr, .done)]),
            FaultRow(.control, .write, [(.eio, .either), (.epipe, .either), (.eintr, .done), (.short, .done)]),
            FaultRow(.home, .open, [(.eio, .either)]),
            // Of a configuration that can't be read, gpg 2.2 reads the same line for ever.
            FaultRow(.home, .read, [(.eintr, .done), (.short, .done)]),
        ],
        way: FaultExport.Way(program: "gpg", key: .password)
    )
}
