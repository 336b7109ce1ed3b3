import Configuration
import SystemPackage
import Testing

@Suite struct ParsingTests {
    @Test func `an empty text means the default configuration`() throws {
        let configuration = try Configuration.parse("", file: "c")
        #expect(configuration.storage == Configuration.default.storage)
        #expect(configuration.sources == Configuration.default.sources)
        #expect(configuration.export == Configuration.default.export)
        #expect(configuration.storage.snapshots == "/broot/snapshot/snapshots")
        #expect(configuration.storage.backups == "/broot/backups")
        #expect(configuration.sources.map(\.path) == ["/broot/system", "/broot/data"])
        #expect(configuration.sources.map(\.kind) == [.system, .data])
    }

    @Test func `every key is read`() throws {
        let text = """
            [storage]
            snapshots = "/srv//snapshots/"   # a comment
            backups = '/srv/backups'

            [[source]]
            name = "root"
            path = "/"
            kind = "system"
            recursive = false
            driver = "btrfs"

            [[source]]
            name = "wörk"
            path = "/srv/wörk"
            kind = "data"
            driver = "clone"
            exclude = [
                "/cache/*", # a comment, with a [ in it
                '!/cache/keep', "*.tmp",
            ]
            exclude_caches = true
            exclude_marked = true

            [export]
            compression = "zstd"
            io_priority = "best-effort"
            max_rate = 10_000_000
            index = false
            """
        let configuration = try Configuration.parse(text, file: "c")
        #expect(configuration.storage == .init(snapshots: "/srv/snapshots", backups: "/srv/backups"))
        #expect(
            configuration.sources == [
                .init(name: "root", path: "/", kind: .system, recursive: false, driver: .btrfs),
                .init(
                    name: "wörk",
                    path: "/srv/wörk",
                    kind: .data,
                    recursive: true,
                    driver: .clone,
                    exclude: ["/cache/*", "!/cache/keep", "*.tmp"],
                    excludeCaches: true,
                    excludeMarked: true
                ),
            ]
        )
        #expect(
            configuration.export
                == .init(compression: .zstd, ioPriority: .bestEffort, maxRate: 10_000_000, index: false)
        )
    }

    @Test func `a section leaves the defaults of keys it does not have`() throws {
        let configuration = try Configuration.parse("storage.backups = '/b'\n[export]\nmax_rate = 0x10", file: "c")
        #expect(configuration.storage == .init(snapshots: "/broot/snapshot/snapshots", backups: "/b"))
        #expect(configuration.export == .init(compression: .none, ioPriority: .idle, maxRate: 16, index: true))
    }

    @Test func `sources replace the default ones as a whole, however they are written`() throws {
        let tables = "[[source]]\nname = 'a'\npath = '/a'\nkind = 'data'"
        let inline = "source = [ { name = 'a', path = '/a', kind = 'data' } ]"
        for text in [tables, inline] {
            let configuration = try Configuration.parse(text, file: "c")
            #expect(configuration.sources == [.init(name: "a", path: "/a", kind: .data)])
        }
    }

    @Test func `nothing is excluded unless it is said`() throws {
        let text = "[[source]]\nname='a'\npath='/a'\nkind='data'\nexclude=[]"
        #expect(try Configuration.parse(text, file: "c").sources == [.init(name: "a", path: "/a", kind: .data)])
        let source = Configuration.Source(name: "a", path: "/a", kind: .data)
        #expect(source.exclude == [])
        #expect(!source.excludeCaches)
        #expect(!source.excludeMarked)
    }

    @Test func `a source may contain the storage`() throws {
        let configuration = try Configuration.parse("[[source]]\nname='a'\npath='/'\nkind='system'", file: "c")
        #expect(configuration.sources.count == 1)
    }

    @Test func `every path is looked up below a root`() {
        let configuration = Configuration.default.prefixed(by: "/tmp/x")
        #expect(configuration.storage.snapshots == "/tmp/x/broot/snapshot/snapshots")
        #expect(configuration.storage.backups == "/tmp/x/broot/backups")
        #expect(configuration.sources.map(\.path) == ["/tmp/x/broot/system", "/tmp/x/broot/data"])
    }
}
