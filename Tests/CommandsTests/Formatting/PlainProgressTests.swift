import BackupModel
import Testing

@testable import Commands

@Suite struct PlainProgressTests {
    /// The percentages that get a line when a job advances one percent every `interval`.
    private func shown(every interval: Duration) -> [UInt32] {
        var progress = PlainProgress()
        let start = ContinuousClock.now
        return (0...100).filter { percent in
            var status = ExportStatus()
            status.progress = percent
            return progress.line(status, at: start + interval * Int(percent)) != nil
        }
    }

    @Test func `a quick job has a line for every ten percent`() {
        #expect(shown(every: .milliseconds(10)) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    }

    @Test func `a slow job has a line every ten seconds`() {
        #expect(shown(every: .seconds(4)) == [0, 3, 6, 9, 12] + Array(stride(from: 15, through: 99, by: 3)) + [100])
    }

    @Test func `the end has a line`() {
        var progress = PlainProgress()
        let start = ContinuousClock.now
        var status = ExportStatus()
        status.progress = 99
        #expect(progress.line(status, at: start) != nil)
        status.progress = 100
        #expect(progress.line(status, at: start) != nil)
        #expect(progress.line(status, at: start) == nil)
    }
}
