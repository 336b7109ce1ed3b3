import Linux
import SystemPackage

extension ActivationJournal.Exchange {
    /// Which of the two trees is live.
    enum State: Sendable, Equatable {
        /// The old one.
        case old
        /// The new one, and the old one is beside it.
        case exchanged
        /// Neither, as when the filesystem is not mounted.
        case unknown
    }

    /// The directory that holds both trees.
    func parent() throws(LinuxError) -> Descriptor {
        try Descriptor.open(FilePath(path).removingLastComponent(), [.readOnly, .directory])
    }

    /// Looks which of the trees is where.
    func state() throws -> State {
        let live = try Self.identity(at: FilePath(path))
        if live == old { return .old }
        guard let new, live == new, try Self.identity(at: FilePath(staging)) == old else {
            return .unknown
        }
        return .exchanged
    }

    /// Lets the two trees change places; a second time, they change back.
    func run() throws(LinuxError) {
        let names = [path, staging].map { path in
            FilePath(path).lastComponent.map { FilePath(root: nil, components: $0) } ?? ""
        }
        let parent = try parent()
        try parent.exchange(names[0], with: names[1])
    }

    /// The identity of the tree at `path`; nil where there is none.
    static func identity(at path: FilePath) throws -> TreeIdentity? {
        let directory: Descriptor
        do throws(LinuxError) {
            directory = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
        } catch {
            guard error.errno.isAbsence else { throw error }
            return nil
        }
        return try TreeIdentity(of: directory)
    }
}
