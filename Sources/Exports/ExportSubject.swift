public import ExportProtocol

/// The snapshot an export is made of, held in place until the export has ended.
public struct ExportSubject: Sendable {
    /// What the export says of itself.
    public var label: ExportLabel
    /// The trees, in the order in which they are written.
    public var trees: [ExportRequest.Source]
    /// Gives the snapshot free; called once, after the worker has ended.
    public var release: @Sendable () -> Void

    /// Creates a subject from its parts.
    public init(label: ExportLabel, trees: [ExportRequest.Source], release: @escaping @Sendable () -> Void) {
        self.label = label
        self.trees = trees
        self.release = release
    }

    /// The same with `excludes`, by the names of the sources, in force.
    func excluding(_ excludes: [String: ExportExcludes]) -> ExportSubject {
        var subject = self
        for index in trees.indices {
            guard let excludes = excludes[trees[index].name], !excludes.isEmpty else { continue }
            subject.trees[index].excludes = excludes
        }
        for index in label.sources.indices {
            guard let excludes = excludes[label.sources[index].name], !excludes.isEmpty else { continue }
            subject.label.sources[index].excludes = excludes
        }
        return subject
    }
}
