/// The exported objects, and the paths that lead to them.
struct ObjectTree {
    private var exported: [String: [ExportedInterface]] = [:]
    /// What each object and each of their parents answers to, the standard interfaces included.
    private var nodes: [String: [ExportedInterface]] = [:]

    mutating func export(_ interfaces: [ExportedInterface], at path: String) {
        exported[path] = interfaces
        nodes = [:]
        for path in exported.keys {
            for node in Self.ancestors(of: path) + [path] where nodes[node] == nil {
                nodes[node] = answers(at: node)
            }
        }
    }

    /// - Throws: `UnknownObject`, `UnknownInterface` or `UnknownMethod`.
    func method(path: String, interface: String?, member: String) throws(DBusError) -> Method {
        guard let interfaces = nodes[path] ?? (interface == ExportedInterface.peer.name ? [.peer] : nil) else {
            throw .standard("UnknownObject", "there is no object '\(path)'")
        }
        guard let interface else {
            guard let method = interfaces.lazy.compactMap({ $0.method(member) }).first else {
                throw .standard("UnknownMethod", "no interface of '\(path)' has a method '\(member)'")
            }
            return method
        }
        guard let found = interfaces.first(where: { $0.name == interface }) else {
            let names = interfaces.map(\.name).joined(separator: ", ")
            throw .standard("UnknownInterface", "'\(path)' has no interface '\(interface)', but \(names)")
        }
        guard let method = found.method(member) else {
            throw .standard("UnknownMethod", "the interface '\(interface)' has no method '\(member)'")
        }
        return method
    }

    private func answers(at path: String) -> [ExportedInterface] {
        guard let own = exported[path] else {
            return withIntrospection([.peer], at: path)
        }
        return withIntrospection(own + [.properties(of: own), .peer], at: path)
    }

    private func withIntrospection(_ interfaces: [ExportedInterface], at path: String) -> [ExportedInterface] {
        let document = Introspection.document(of: interfaces, children: children(of: path))
        return interfaces + [.introspectable(document)]
    }

    /// The names of the nodes right below `path`.
    private func children(of path: String) -> [String] {
        let prefix = path == "/" ? path : path + "/"
        let names = exported.keys.filter { $0.hasPrefix(prefix) && $0 != path }
            .compactMap { $0.dropFirst(prefix.count).split(separator: "/").first }
        return Set(names.map(String.init)).sorted()
    }

    /// `/`, `/a` and `/a/b` of `/a/b/c`.
    private static func ancestors(of path: String) -> [String] {
        let components = path.split(separator: "/").dropLast()
        var ancestors = path == "/" ? [] : ["/"]
        for end in components.indices {
            ancestors.append("/" + components[...end].joined(separator: "/"))
        }
        return ancestors
    }
}
