/// A shell pattern over the bytes of a path, compiled.
///
/// However it is made, matching takes time in proportion to the text times the pattern, for each `**` before which it has to
/// begin anew: of a `*` only the last one in a component, and of a `**` only the last one at all, is ever tried again.
struct Glob: Sendable, Equatable {
    enum Token: Sendable, Equatable {
        case byte(UInt8)
        /// `?`: one byte but `/`.
        case anyByte
        /// `[…]`, which never holds `/`.
        case set(ByteSet)
        /// `*`: any bytes but `/`.
        case star
        /// `**` at the end: any bytes.
        case starStar
        /// `**` with the slash behind it: any directories, or none.
        case directories
    }

    static let slash = UInt8(ascii: "/")

    let tokens: [Token]

    /// Whether all of `text` from `start` matches.
    func matches(_ text: Span<UInt8>, from start: Int = 0) -> Bool {
        let tokens = tokens.span
        var match = Match(position: start)
        while true {
            if match.token == tokens.count {
                if match.position == text.count { return true }
            } else if match.advance(tokens, text) {
                continue
            }
            guard match.retry(tokens, text) else { return false }
        }
    }
}

/// How far a match is, and where it can be tried anew.
private struct Match {
    private(set) var token = 0
    private(set) var position: Int
    /// The last `*` in this component, and what follows the bytes that it stands for.
    private var star: Int?
    private var starEnd = 0
    /// The last `**`, and what follows the bytes that it stands for.
    private var deep: Int?
    private var deepEnd = 0

    init(position: Int) {
        self.position = position
    }

    /// Takes one token along; false where the text does not match it.
    mutating func advance(_ tokens: Span<Glob.Token>, _ text: Span<UInt8>) -> Bool {
        switch tokens[token] {
        case .star:
            star = token
            starEnd = position
        case .starStar, .directories:
            deep = token
            deepEnd = position
            star = nil
        case .byte, .anyByte, .set:
            guard position < text.count, tokens[token].contains(text[position]) else { return false }
            position += 1
        }
        token += 1
        return true
    }

    /// Lets the last star stand for more; false where it can't.
    mutating func retry(_ tokens: Span<Glob.Token>, _ text: Span<UInt8>) -> Bool {
        if let star, starEnd < text.count, text[starEnd] != Glob.slash {
            starEnd += 1
            position = starEnd
            token = star + 1
            return true
        }
        guard let deep else { return false }
        if tokens[deep] == .directories {
            while deepEnd < text.count, text[deepEnd] != Glob.slash { deepEnd += 1 }
        }
        guard deepEnd < text.count else { return false }
        deepEnd += 1
        position = deepEnd
        token = deep + 1
        star = nil
        return true
    }
}

extension Glob.Token {
    /// Whether a token for a single byte stands for `byte`.
    fileprivate func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .byte(let own): own == byte
        case .anyByte: byte != Glob.slash
        case .set(let set): set.contains(byte)
        case .star, .starStar, .directories: false
        }
    }
}
