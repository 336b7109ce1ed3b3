import Synchronization

/// Values in the order in which they came.
final class Recorder<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var values: [Element] { state.withLock { $0 } }

    func add(_ value: Element) {
        state.withLock { $0.append(value) }
    }
}
