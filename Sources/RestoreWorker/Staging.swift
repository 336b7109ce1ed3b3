import Linux
import Synchronization
import SystemPackage

/// What has a hidden name until it is whole, so that none is left behind whenever the job ends.
final class Staging: Sendable {
    /// What hidden names start with; after it come letters and digits by chance.
    static let prefix = ".nexus-restore-"

    private struct State {
        var present: (directory: SharedDescriptor, name: FilePath)?
        var trees: [(root: Int, path: [UInt8])] = []
    }

    private let roots: [SharedDescriptor]
    private let state = Mutex(State())

    /// For what is made below these directories.
    init(_ roots: [SharedDescriptor]) {
        self.roots = roots
    }

    /// A name that nothing has.
    static func makeName() -> String {
        let text = String(UInt64.random(in: 0 ... .max), radix: 36)
        return prefix + String(repeating: "0", count: 13 - text.count) + text
    }

    /// Makes something in `directory`, the only thing at a time, by calling `body` with its hidden name.
    func make<Result: Sendable>(
        in directory: SharedDescriptor,
        _ body: (FilePath) throws(LinuxError) -> Result
    ) throws(LinuxError) -> Result {
        try state.withLock { state throws(LinuxError) in
            while true {
                let name = FilePath(Self.makeName())
                do throws(LinuxError) {
                    let result = try body(name)
                    state.present = (directory, name)
                    return result
                } catch {
                    // A name by chance that something has all the same.
                    guard error.errno == .fileExists else { throw error }
                }
            }
        }
    }

    /// Gives what was made another name by calling `body` with its hidden one; if that fails, it is still there.
    func settle(_ body: (SharedDescriptor, FilePath) throws(LinuxError) -> Void) throws(LinuxError) {
        try state.withLock { state throws(LinuxError) in
            guard let present = state.present else { return }
            try body(present.directory, present.name)
            state.present = nil
        }
    }

    /// Removes what was made.
    func drop() {
        state.withLock { Self.drop(&$0) }
    }

    /// Takes note of a hidden name in which a tree or a file is put together.
    func addTree(_ root: Int, _ path: [UInt8]) {
        state.withLock { $0.trees.append((root, path)) }
    }

    /// Gives such a tree another name by calling `body`.
    func settleTree(_ root: Int, _ path: [UInt8], _ body: () throws(LinuxError) -> Void) throws(LinuxError) {
        try state.withLock { state throws(LinuxError) in
            try body()
            state.trees.removeAll { $0.root == root && $0.path == path }
        }
    }

    /// Removes everything that has a hidden name, and calls `body` while nobody can make anything new.
    func end<Result>(_ body: () -> Result) -> Result {
        state.withLock { state in
            Self.drop(&state)
            let directories = DirectoryStack(roots, Filesystems())
            for tree in state.trees {
                let (directory, name) = tree.path.directoryAndName
                guard case .open(let parent)? = try? directories.enter(tree.root, directory) else { continue }
                try? parent.descriptor.removeTree(FilePath(bytes: name))
            }
            state.trees.removeAll()
            return body()
        }
    }

    private static func drop(_ state: inout State) {
        guard let present = state.present else { return }
        _ = try? present.directory.descriptor.removeFileIfThere(present.name)
        state.present = nil
    }
}
