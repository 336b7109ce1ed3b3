import CGPGME
import Glibc

/// The descriptors that GPGME wants watched, kept for an event loop of our own; see gpgme_set_io_cbs.
final class CallbackTable {
    struct Entry {
        let file: Int32
        let isRead: Bool
        let callback: gpgme_io_cb_t
        let argument: UnsafeMutableRawPointer?
    }

    private(set) var entries: [Int: Entry] = [:]
    private var nextTag = 1
    /// What the operation ended with; nil while it runs.
    private(set) var outcome: gpgme_error_t?

    /// The callbacks to hand to GPGME, which must not outlive this table.
    func callbacks() -> gpgme_io_cbs {
        let this = Unmanaged.passUnretained(self).toOpaque()
        return gpgme_io_cbs(add: addEntry, add_priv: this, remove: removeEntry, event: noteEvent, event_priv: this)
    }

    fileprivate func add(_ entry: Entry) -> Int {
        defer { nextTag += 1 }
        entries[nextTag] = entry
        return nextTag
    }

    fileprivate func remove(_ tag: Int) {
        entries[tag] = nil
    }

    fileprivate func end(_ error: gpgme_error_t) {
        outcome = error
    }

    /// Calls what GPGME registered for `tag`.
    func call(_ tag: Int) {
        guard let entry = entries[tag] else { return }
        _ = entry.callback(entry.argument, entry.file)
    }
}

/// What GPGME gets as an entry's tag: the table too, as the function that removes an entry is given nothing else.
private final class Tag {
    let table: CallbackTable
    let number: Int

    init(table: CallbackTable, number: Int) {
        self.table = table
        self.number = number
    }
}

private func addEntry(
    _ table: UnsafeMutableRawPointer?,
    _ file: Int32,
    _ direction: Int32,
    _ callback: gpgme_io_cb_t?,
    _ argument: UnsafeMutableRawPointer?,
    _ tag: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> gpgme_error_t {
    guard let table, let callback, let tag else { return nx_gpgme_error(GPG_ERR_INV_ARG) }
    let entries = Unmanaged<CallbackTable>.fromOpaque(table).takeUnretainedValue()
    let number = entries.add(.init(file: file, isRead: direction != 0, callback: callback, argument: argument))
    tag.pointee = Unmanaged.passRetained(Tag(table: entries, number: number)).toOpaque()
    return 0
}

private func removeEntry(_ tag: UnsafeMutableRawPointer?) {
    guard let tag else { return }
    let taken = Unmanaged<Tag>.fromOpaque(tag).takeRetainedValue()
    taken.table.remove(taken.number)
}

private func noteEvent(
    _ table: UnsafeMutableRawPointer?,
    _ event: gpgme_event_io_t,
    _ data: UnsafeMutableRawPointer?
) {
    guard event == GPGME_EVENT_DONE, let table, let data else { return }
    let done = data.assumingMemoryBound(to: gpgme_io_event_done_data.self)
    Unmanaged<CallbackTable>.fromOpaque(table).takeUnretainedValue().end(done.pointee.err)
}
