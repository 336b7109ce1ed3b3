import BackupModel
import Testing

@testable import Commands

struct FileEntryModeTests {
    @Test(
        arguments: [
            (FileEntry.Kind.file, 0o644, "-rw-r--r--"), (.directory, 0o1777, "drwxrwxrwt"),
            (.directory, 0o1776, "drwxrwxrwT"),
            (.file, 0o4755, "-rwsr-xr-x"), (.file, 0o4655, "-rwSr-xr-x"), (.file, 0o2755, "-rwxr-sr-x"),
            (.symbolicLink, 0o777, "lrwxrwxrwx"), (.fifo, 0, "p---------"), (.characterDevice, 0o7000, "c--S--S--T"),
            (.blockDevice, 0o111, "b--x--x--x"),
        ] as [(FileEntry.Kind, UInt32, String)]
    )
    func `type and permissions are shown as ls shows them`(kind: FileEntry.Kind, permissions: UInt32, text: String) {
        #expect(FileEntry(path: [], kind: kind, permissions: permissions).modeText == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00"), (981_173_100, "2001-02-03 04:05"), (-1, "1969-12-31 23:59"),
            (4_102_444_799, "2099-12-31 23:59"), (Int64.max, "9223372036854775807 s"),
            (Int64.min, "-9223372036854775808 s"),
        ] as [(Int64, String)]
    )
    func `a time is a date of UTC`(time: Int64, text: String) {
        #expect(Moment.date(time) == text)
    }
}
