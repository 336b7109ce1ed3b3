import Linux
import SystemPackage

/// How many directories may be open at once.
final class DirectoryLimit: Sendable {
    private let free: Monitor<Int>

    init(_ count: Int) {
        free = Monitor(count)
    }

    /// Takes one of those left, or waits until there is one.
    func take() {
        free.wait { count -> Void? in
            guard count > 0 else { return nil }
            count -= 1
            return ()
        }
    }

    /// Gives one back.
    func giveBack() {
        free.withLock { $0 += 1 }
        free.signal()
    }
}

/// A directory of the tree, open for as long as the walk is in it or one of its entries is still to be read.
final class OpenDirectory: Sendable {
    private let descriptor: Descriptor
    private let limit: DirectoryLimit

    /// Takes over `descriptor`, for which one was taken from `limit`.
    init(_ descriptor: consuming Descriptor, limit: DirectoryLimit) {
        self.descriptor = descriptor
        self.limit = limit
    }

    deinit {
        limit.giveBack()
    }

    var file: FileDescriptor { descriptor.file }
}
