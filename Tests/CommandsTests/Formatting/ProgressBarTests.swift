import BackupModel
import Testing

@testable import Commands

@Suite struct ProgressBarTests {
    private static func status(_ percent: UInt32, phase: String = "exporting") -> ExportStatus {
        var status = ExportStatus()
        status.id = 7
        status.progress = percent
        status.state = "running"
        status.phase = phase
        status.bytesDone = UInt64(percent) * 30_000_000
        status.bytesTotal = 3_000_000_000
        status.rate = 89_000_000
        status.secondsLeft = 20
        return status
    }

    @Test func `a wide line shows everything`() {
        #expect(
            ProgressBar.line(Self.status(42), width: 120)
                == "Backup 7  42 % [###############-----------------------]  1.17 GiB of 2.79 GiB  84.9 MiB/s  0:20 left"
        )
    }

    @Test func `what does not fit is left out from the end`() {
        #expect(
            ProgressBar.line(Self.status(42), width: 80).hasSuffix("]  1.17 GiB of 2.79 GiB  84.9 MiB/s  0:20 left")
        )
        #expect(ProgressBar.line(Self.status(42), width: 69).hasSuffix("]  1.17 GiB of 2.79 GiB  84.9 MiB/s"))
        #expect(ProgressBar.line(Self.status(42), width: 58).hasSuffix("1.17 GiB of 2.79 GiB"))
        #expect(ProgressBar.line(Self.status(42), width: 30) == "Backup 7  42 % [#####--------]")
        #expect(ProgressBar.line(Self.status(42), width: 20) == "Backup 7  42 %")
    }

    @Test(arguments: [UInt32(0), 1, 42, 99, 100])
    func `no line is wider than the terminal`(percent: UInt32) {
        for width in 1...200 {
            for phase in ["", "starting", "counting", "exporting", "finishing"] {
                #expect(ProgressBar.line(Self.status(percent, phase: phase), width: width).columns <= width)
            }
        }
    }

    @Test func `the bar is full at 100 percent only`() {
        #expect(!ProgressBar.line(Self.status(99), width: 100).contains("#]"))
        #expect(ProgressBar.line(Self.status(100), width: 100).contains("#]"))
        #expect(ProgressBar.line(Self.status(0), width: 100).contains("[-"))
    }

    @Test func `before the size is known the phase is shown`() {
        var status = ExportStatus()
        status.id = 7
        status.phase = "counting"
        #expect(ProgressBar.line(status, width: 80).hasSuffix("-]  counting"))
        #expect(ProgressBar.plainLine(status) == "Backup 7: 0 %, counting")
    }

    @Test func `a line that stays is not cut`() {
        #expect(
            ProgressBar.plainLine(Self.status(42))
                == "Backup 7: 42 %, 1.17 GiB of 2.79 GiB, 84.9 MiB/s, 0:20 left"
        )
    }

    @Test func `numbers at their limits do no harm`() {
        var status = ExportStatus()
        (status.id, status.progress, status.phase) = (.max, .max, "exporting")
        (status.bytesDone, status.bytesTotal, status.rate, status.secondsLeft) = (.max, .max, .max, .max)
        #expect(ProgressBar.line(status, width: 80).columns <= 80)
    }
}
