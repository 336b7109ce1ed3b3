import ExportProtocol
import Linux

/// Puts what a walk comes by into the queue.
struct EntryProducer: TreeVisitor {
    private let queue: EntryQueue
    private let events: EventLine
    private var free = 0..<0
    private var unannounced = 0

    init(_ queue: EntryQueue, events: EventLine) {
        self.queue = queue
        self.events = events
    }

    mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes) {
        let entry = next(path, .directory, directory)
        entry.attributes = attributes
        announce()
    }

    mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory) {
        _ = next(path, kind, directory)
        if unannounced >= 16 { announce() }
    }

    mutating func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, by pattern: String?) {
        let entry = next(path, .unknown, nil)
        entry.leftOut = reason
        entry.pattern = pattern
        if unannounced >= 16 { announce() }
        guard reason == .otherFilesystem else { return }
        events.note("\(path) is left out but for the directory itself, as another filesystem is mounted on it.")
    }

    /// Passes on the last entries.
    mutating func end() {
        announce()
        queue.end()
    }

    private mutating func next(_ path: EntryPath, _ kind: FileAttributes.Kind, _ directory: OpenDirectory?) -> Entry {
        if free.isEmpty {
            announce()
            free = queue.freePositions(from: free.upperBound)
        }
        let entry = queue[free.lowerBound]
        free = free.dropFirst()
        unannounced += 1
        entry.path.copy(path)
        entry.kind = kind
        entry.directory = directory
        return entry
    }

    private mutating func announce() {
        guard unannounced > 0 else { return }
        unannounced = 0
        queue.put(upTo: free.lowerBound)
    }
}
