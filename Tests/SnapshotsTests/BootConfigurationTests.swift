import SystemPackage
import Testing

@testable import Snapshots

struct BootConfigurationTests {
    private static let filesystem = [UInt8](0..<16)
    private static let uuid = "00010203-0405-0607-0809-0a0b0c0d0e0f"

    /// Lines of fstab(5) and the kernel's command line, and whether they mount the subvolume 256 by its number.
    @Test(arguments: [
        ("UUID=\(uuid) / btrfs subvolid=256 0 0", "", true),
        ("UUID=\(uuid.uppercased())\t/\tbtrfs\tnoatime,subvolid=0x100\t0\t0", "", true),
        ("/dev/sda1 / btrfs subvolid=0400,subvol=/system", "", true),
        ("LABEL=x / btrfs subvolid=256", "", true),
        ("UUID=1234 / btrfs subvolid=256", "", false),
        ("/dev/disk/by-uuid/1234 / btrfs subvolid=256", "", false),
        ("UUID=\(uuid) / btrfs subvolid=257", "", false),
        ("UUID=\(uuid) / btrfs subvol=256", "", false),
        ("# UUID=\(uuid) / btrfs subvolid=256\n\nnonsense\n", "", false),
        ("UUID=\(uuid) / btrfs subvolid=x", "", false),
        ("", "root=/dev/sda1 rootflags=subvolid=256,ro quiet\n", true),
        ("", "rootflags=subvolid=256 rootflags=subvol=system", false),
        ("", "subvolid=256", false),
    ])
    func `a mount by number is found`(table: String, commandLine: String, isFound: Bool) {
        let boot = BootConfiguration(mountTable: table, commandLine: commandLine)
        #expect((boot.mountByNumber(of: [256], filesystem: Self.filesystem) != nil) == isFound)
    }

    @Test func `the place of a mount by number is named`() {
        let table = "/dev/sda1 /with\\040blank btrfs subvolid=256"
        let boot = BootConfiguration(mountTable: table, commandLine: nil)
        let place = boot.mountByNumber(of: [256], filesystem: Self.filesystem)
        #expect(place == "/etc/fstab, at /with blank, with the option subvolid=256")
    }

    /// The kernel's command line and fstab(5), and whether the root filesystem is `/system` by them.
    @Test(arguments: [
        ("rootflags=subvol=system", "", true), ("rootflags=subvol=/system/", "", true),
        ("rootflags=subvol=other", "/dev/sda1 / btrfs subvol=system", false),
        ("quiet", "/dev/sda1 / btrfs defaults,subvol=/system 0 1", true),
        ("quiet", "/dev/sda1 / btrfs defaults 0 1\n/dev/sda1 /home btrfs subvol=system", false),
        ("", "", false), (nil, "/dev/sda1 / btrfs subvol=system", false),
    ])
    func `what is mounted as the root by its path is known`(commandLine: String?, table: String, isKnown: Bool) {
        let boot = BootConfiguration(mountTable: table, commandLine: commandLine)
        #expect(boot.mountsRoot(byPath: "/system") == isKnown)
    }
}
