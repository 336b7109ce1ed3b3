/// The interfaces as the files in `dbus/` describe them, embedded at build time.
enum Introspection {
    static let snapshot = interface(in: PackageResources.tech_noreya_Snapshot1_xml)
    static let backup = interface(in: PackageResources.tech_noreya_Backup1_xml)

    /// What stands between `<node …>` and `</node>`: the interface with its documentation.
    private static func interface(in file: [UInt8]) -> String {
        let text = String(decoding: file, as: UTF8.self)
        guard
            let node = text.firstRange(of: "<node"),
            let start = text[node.upperBound...].firstIndex(of: ">"),
            let end = text.ranges(of: "</node>").last
        else { return text }
        return String(text[text.index(after: start)..<end.lowerBound])
    }
}
