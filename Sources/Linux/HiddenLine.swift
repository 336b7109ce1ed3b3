import Glibc
public import SystemPackage

/// What came of asking for a line that is not shown while it is typed.
public enum HiddenLine: Sendable {
    /// What was typed, without the line end; more than the limit where the line was longer.
    case typed(Secret)
    /// Ctrl-C or Ctrl-\ was pressed.
    case cancelled
    /// Ctrl-D was pressed, or the terminal hung up, before anything was typed.
    case ended
    /// `waker` became readable.
    case woken

    /// Reads a line typed at `terminal`, which shows nothing meanwhile; blocks.
    ///
    /// The terminal's mode is put back in every case. Backspace and Ctrl-U work; keys that would end or stop the process
    /// come as characters, so that it is never left without echo.
    /// - Parameter limit: bytes; of a longer line, one byte more is kept.
    /// - Throws: `LinuxError`, with `ENOTTY` for what is no terminal.
    public static func read(
        from terminal: FileDescriptor,
        limit: Int,
        waker: FileDescriptor
    ) throws(LinuxError) -> HiddenLine {
        var shown = termios()
        guard tcgetattr(terminal.rawValue, &shown) == 0 else { throw LinuxError(last: "tcgetattr") }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
        hidden.c_iflag |= tcflag_t(ICRNL)
        withUnsafeMutableBytes(of: &hidden.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
        guard tcsetattr(terminal.rawValue, TCSAFLUSH, &hidden) == 0 else { throw LinuxError(last: "tcsetattr") }
        defer { _ = tcsetattr(terminal.rawValue, TCSAFLUSH, &shown) }
        var line = Line(limit: limit)
        while true {
            guard try waitForInput(from: terminal, or: waker) else { return .woken }
            guard let byte = try readByte(from: terminal) else { return line.end() }
            if let result = line.take(byte) { return result }
        }
    }

    /// Waits for a byte from `terminal`; false when `waker` came first.
    private static func waitForInput(
        from terminal: FileDescriptor,
        or waker: FileDescriptor
    ) throws(LinuxError) -> Bool {
        let polled = [terminal, waker].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
        while true {
            var files = polled
            if poll(&files, nfds_t(files.count), -1) >= 0 { return files[1].revents == 0 }
            guard Glibc.errno == EINTR else { throw LinuxError(last: "poll") }
        }
    }

    /// The next byte; nil at the end.
    private static func readByte(from terminal: FileDescriptor) throws(LinuxError) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(terminal.rawValue, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || Glibc.errno == EIO { return nil }
            guard Glibc.errno == EINTR || Glibc.errno == EAGAIN else { throw LinuxError(last: "read") }
        }
    }
}

/// A line while it is typed.
private struct Line {
    private enum Key {
        static let interrupt: UInt8 = 0x03
        static let end: UInt8 = 0x04
        static let backspace: UInt8 = 0x08
        static let kill: UInt8 = 0x15
        static let stop: UInt8 = 0x1A
        static let quit: UInt8 = 0x1C
        static let delete: UInt8 = 0x7F
    }

    private let limit: Int
    private var bytes: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
        bytes.reserveCapacity(limit + 1)  // so that no copy of it is left behind
    }

    /// Takes a byte that was typed; the result, where it ends the line.
    mutating func take(_ byte: UInt8) -> HiddenLine? {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            return .typed(Secret(wiping: &bytes))
        case Key.interrupt, Key.quit:
            clear()
            return .cancelled
        case Key.end:
            return end()
        case Key.kill:
            clear()
        case Key.backspace, Key.delete:
            removeCharacter()
        case Key.stop:
            break
        default:
            if bytes.count <= limit { bytes.append(byte) }
        }
        return nil
    }

    /// The result where input ends without a line end.
    mutating func end() -> HiddenLine {
        bytes.isEmpty ? .ended : .typed(Secret(wiping: &bytes))
    }

    private mutating func clear() {
        while !bytes.isEmpty { removeByte() }
    }

    /// Removes the last character, of all its bytes.
    private mutating func removeCharacter() {
        while let last = bytes.last {
            removeByte()
            if last & 0xC0 != 0x80 { return }
        }
    }

    private mutating func removeByte() {
        guard !bytes.isEmpty else { return }
        bytes[bytes.count - 1] = 0
        bytes.removeLast()
    }
}
