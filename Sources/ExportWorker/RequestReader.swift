package import BackupModel
import ExportProtocol
import FoundationEssentials
package import Linux
package import SystemPackage

/// Reads what a worker is to do from its standard input: a line of JSON, and the password.
package struct RequestReader {
    /// The longest line taken: room for the label and for many keys.
    private static let maximumLineLength = 8 << 20
    /// What gpg-agent takes from a client that supplies the password.
    private static let maximumPasswordLength = 255

    private let reader: LineReader

    /// Reads from `input`, which is left open behind the job.
    package init(_ input: FileDescriptor) {
        reader = LineReader(input)
    }

    /// Reads the request, in which there must be nothing that is not known.
    package func request<Request: Codable>() throws(BackupError) -> Request {
        let line = try expect("The request", limit: Self.maximumLineLength) { limit throws(LinuxError) in
            try reader.line(limit: limit)
        }
        return try Self.decode(line)
    }

    /// Reads the password.
    package func password() throws(BackupError) -> Secret {
        let password = try expect("The password", limit: Self.maximumPasswordLength) { limit throws(LinuxError) in
            try reader.secretLine(limit: limit)
        }
        guard !password.isEmpty else { throw BackupError(.invalidArgs, "The password is empty.") }
        guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw BackupError(.invalidArgs, "The password holds a control character.")
        }
        return password
    }

    private func expect<Line>(
        _ what: String,
        limit: Int,
        _ read: (Int) throws(LinuxError) -> Line?
    ) throws(BackupError) -> Line {
        let line: Line?
        do {
            line = try read(limit)
        } catch {
            guard error.errno != .messageTooLong else {
                throw BackupError(.invalidArgs, "\(what) is longer than \(limit) bytes.")
            }
            throw BackupError(.failed, "\(what) could not be read: \(error.errno).")
        }
        guard let line else {
            throw BackupError(.invalidArgs, "\(what) is missing: standard input ended before the end of its line.")
        }
        return line
    }

    private static func decode<Request: Codable>(_ line: [UInt8]) throws(BackupError) -> Request {
        do {
            let data = Data(line)
            let request = try JSONDecoder().decode(Request.self, from: data)
            let given = try JSONDecoder().decode(JSONShape.self, from: data)
            let known = try JSONDecoder().decode(JSONShape.self, from: JSONEncoder().encode(request))
            if let unknown = given.firstKey(notIn: known) {
                throw BackupError(
                    .invalidArgs,
                    "The request holds \(printable(Array(unknown.utf8))), which is not known."
                )
            }
            return request
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError(.invalidArgs, "The request is not understood: \(error)", cause: error)
        }
    }
}
