import BackupModel

extension FileEntry {
    /// Type and permissions as ls(1) shows them, such as `drwxr-xr-x`.
    var modeText: String {
        let type =
            switch kind {
            case .file: "-"
            case .directory: "d"
            case .symbolicLink: "l"
            case .fifo: "p"
            case .characterDevice: "c"
            case .blockDevice: "b"
            }
        let special: [(bit: UInt32, letter: Character)] = [(0o4000, "s"), (0o2000, "s"), (0o1000, "t")]
        var text = type
        for (place, special) in special.enumerated() {
            let bits = permissions >> UInt32(6 - 3 * place) & 7
            text += bits & 4 != 0 ? "r" : "-"
            text += bits & 2 != 0 ? "w" : "-"
            let isSpecial = permissions & special.bit != 0
            switch (bits & 1 != 0, isSpecial) {
            case (true, true): text.append(special.letter)
            case (false, true): text += special.letter.uppercased()
            case (true, false): text += "x"
            case (false, false): text += "-"
            }
        }
        return text
    }
}
