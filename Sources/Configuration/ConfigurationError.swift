/// What is wrong with a configuration file, and where.
public struct ConfigurationError: Error, Sendable, Equatable {
    /// The file, as it was named to the reader.
    public let file: String
    /// The line, counted from 1; nil where it can't be told.
    public let line: Int?
    /// The column in characters, counted from 1; nil where it can't be told.
    public let column: Int?
    /// One sentence that names the key or section.
    public let message: String

    /// Creates an error about a place in `file`.
    public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    init(file: String, at position: Position?, _ message: String) {
        self.init(file: file, line: position?.line, column: position?.column, message: message)
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// `file:line:column: sentence`, as compilers print it and editors jump to it.
    public var description: String {
        ([file] + [line, column].compactMap { $0 }.map(String.init)).joined(separator: ":") + ": " + message
    }
}
