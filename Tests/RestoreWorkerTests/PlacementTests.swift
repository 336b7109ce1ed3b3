import BackupModel
import Testing

@testable import RestoreWorker

struct PlacementTests {
    private let sources = [Array("system".utf8), Array("data".utf8)]

    private func plan(_ paths: [String], _ form: Placement.Form) throws -> Placement {
        try Placement(paths.map { Array($0.utf8) }, of: sources, form)
    }

    private func place(_ path: String, _ placement: Placement) -> String? {
        placement.place(Array(path.utf8)).map { place in
            "\(place.root):\(String(decoding: place.path, as: UTF8.self))\(place.item == nil ? " above" : "")"
        }
    }

    @Test(arguments: [
        ("system", nil), ("system/etc", nil), ("system/etc/hosts", "0:hosts"), ("system/etc/hosts-too", nil),
        ("data/photos", "0:photos"), ("data/photos/a/b", "0:photos/a/b"), ("data", nil), ("other", nil),
    ])
    func `paths gathered in one directory have their last component`(path: String, place: String?) throws {
        let placement = try plan(["system/etc/hosts", "data/photos"], .gathered)
        #expect(self.place(path, placement) == place)
    }

    @Test(arguments: [
        ("system", "0: above"), ("system/etc", "0:etc above"), ("system/etc/hosts", "0:etc/hosts"), ("data", "1:"),
        ("data/a", "1:a"), ("system/home", nil),
    ])
    func `paths in place stay where they are, and need what is above them`(path: String, place: String?) throws {
        let roots = [sources[0]: 0, sources[1]: 1]
        let placement = try plan(["system/etc/hosts", "data", "data/in-it"], .inPlace(sources: roots))
        #expect(self.place(path, placement) == place)
    }

    @Test func `what is put beside has another name, a source in the directory above`() throws {
        let form = Placement.Form.beside(
            sources: [sources[0]: 0, sources[1]: 1],
            parents: [sources[0]: 2, sources[1]: 3],
            names: [Array("x".utf8), Array("y".utf8)]
        )
        let placement = try plan(["system/etc/hosts", "data"], form)
        #expect(place("system/etc/hosts/z", placement) == "0:etc/x/z")
        #expect(place("system/etc", placement) == "0:etc above")
        #expect(place("data", placement) == "3:y")
    }

    @Test func `all sources are meant where nothing is selected`() throws {
        let placement = try plan([], .gathered)
        #expect(place("data/x", placement) == "0:data/x")
        #expect(place("system", placement) == "0:system")
    }

    @Test(arguments: [
        (["system/a/x", "data/x"], BackupError.Code.invalidArgs), (["system/a", "system/a/b"], .invalidArgs),
        (["/system"], .invalidArgs), (["system/"], .invalidArgs), (["system/../data"], .invalidArgs),
        ([""], .invalidArgs),
        (["other/a"], .notFound), (["systemd"], .notFound),
    ])
    func `what does not go together, or is not there, is refused`(paths: [String], code: BackupError.Code) {
        let error = #expect(throws: BackupError.self) { try plan(paths, .gathered) }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        ("a", true), ("a/b", true), (".a", true), ("...", true), ("a..", true), ("a/.../b", true), ("", false),
        ("/a", false),
        ("a/", false), ("a//b", false), (".", false), ("..", false), ("a/.", false), ("../a", false), ("a/../b", false),
        ("a\0b", false),
    ])
    func `a path leads down, or is none`(path: String, isGood: Bool) {
        #expect(isWellFormed(path: Array(path.utf8)) == isGood)
    }
}
