import Glibc
import Linux
import SystemPackage
import Testing

/// A terminal whose other end a test holds.
final class Pseudoterminal: Sendable {
    /// What is written here was typed; what is read here was shown.
    let keyboard: SharedDescriptor
    /// The terminal itself.
    let terminal: SharedDescriptor
    let path: FilePath

    init(columns: UInt16 = 80) throws {
        keyboard = SharedDescriptor(try Descriptor.open("/dev/ptmx", [.readWrite]))
        // What grantpt(3), unlockpt(3) and ptsname(3) do, which Glibc's module leaves out; see ioctl_tty(2).
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        var (isLocked, number): (Int32, Int32) = (0, 0)
        try #require(unsafe ioctl(keyboard.file.rawValue, unlock, &isLocked) == 0)
        try #require(unsafe ioctl(keyboard.file.rawValue, getNumber, &number) == 0)
        path = FilePath("/dev/pts/\(number)")
        terminal = SharedDescriptor(try Descriptor.open(path, [.readWrite]))
        try resize(columns)
    }

    /// Changes the width.
    func resize(_ columns: UInt16) throws {
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(unsafe ioctl(keyboard.file.rawValue, UInt(TIOCSWINSZ), &size) == 0)
    }

    /// Whether what is typed is shown.
    var echoes: Bool {
        var mode = termios()
        return unsafe tcgetattr(terminal.file.rawValue, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Types `text`.
    func type(_ text: String) throws {
        _ = try keyboard.file.writeAll(text.utf8)
    }

    /// What was shown, up to and with `text`, which is waited for a minute at most.
    func shown(upTo text: String) async throws -> String {
        try await blocking { [keyboard] in
            var shown: [UInt8] = []
            let end = ContinuousClock.now + .seconds(60)
            while !String(decoding: shown, as: UTF8.self).contains(text) {
                var poll = pollfd(fd: keyboard.file.rawValue, events: Int16(POLLIN), revents: 0)
                guard ContinuousClock.now < end else {
                    throw MissingText(text: text, shown: String(decoding: shown, as: UTF8.self))
                }
                guard unsafe Glibc.poll(&poll, 1, 100) > 0 else { continue }
                shown += try unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                    count = try unsafe keyboard.file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            return String(decoding: shown, as: UTF8.self)
        }
    }
}

/// That a terminal did not show what was expected.
struct MissingText: Error {
    let text: String
    let shown: String
}
