import Linux
import SystemPackage
import Testing

struct MountTableTests {
    @Test func `a line of mountinfo is read with its escapes, options and optional fields`() throws {
        let text = #"""
            36 35 0:43 /sub\040vol /mnt/with\040blank\134x rw,noatime shared:1 master:2 - btrfs /dev/loop0 rw,subvolid=256,subvol=/s
            not a line
            37 35 8:1 / / rw - ext4 /dev/sda1 rw
            """#
        let table = MountTable(parsing: Array(text.utf8))
        #expect(table.mounts.count == 2)
        let mount = try #require(table.mounts.first)
        #expect(mount.id == 36)
        #expect(mount.device == "0:43")
        #expect(mount.root == "/sub vol")
        #expect(mount.point == #"/mnt/with blank\x"#)
        #expect(mount.type == "btrfs")
        #expect(mount.option("subvolid") == "256")
        #expect(mount.option("ro") == nil)
        #expect(table.mounts.last?.point == "/")
    }

    @Test(arguments: ["", "\n\n", "1", "- - - - - - - - - - -", "1 2 3 4 5 6 7 8 9 10", #"1 2 0:1 / /\777 a - b c d"#])
    func `text that is no table gives no mounts that could mislead`(text: String) {
        #expect(MountTable(parsing: Array(text.utf8)).mounts.allSatisfy { $0.point != "/" })
    }

    @Test func `the mount of an open file is found`() throws {
        let table = try MountTable.current()
        #expect(try table.mount(of: Descriptor.open("/proc/self/status", .readOnly))?.type == "proc")
    }
}
