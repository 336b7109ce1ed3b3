import Testing

@testable import ExportWorker

struct PacingNotesTests {
    @Test func `the start and the end of holding back are told`() {
        var notes = PacingNotes()
        #expect(notes.next(Pacing.Report(), at: .seconds(1)) == nil)
        let report = Pacing.Report(resource: .disk, timeHeldBack: .seconds(9))
        let start = notes.next(report, at: .seconds(2))
        #expect(start == "Other programs wait for the disk. The job holds back for them.")
        #expect(notes.next(Pacing.Report(resource: .processor), at: .seconds(70)) == nil)
        let end = notes.next(Pacing.Report(resource: nil, timeHeldBack: .seconds(41.7)), at: .seconds(71))
        #expect(end == "Nobody else waits any more, so the job goes on; it has held back for 41 s so far.")
    }

    @Test func `there is no more than one line a minute, however often it changes`() {
        var notes = PacingNotes()
        var times: [Int] = []
        for second in 0..<600 {
            let report = Pacing.Report(resource: second % 3 == 0 ? .disk : nil)
            if notes.next(report, at: .seconds(second)) != nil { times.append(second) }
        }
        #expect(times.count > 3)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 60 })
    }
}
