import Glibc

extension String {
    /// Whether C would take the string to end before its end.
    var containsNUL: Bool {
        withCString { strlen($0) } != utf8.count
    }
}
