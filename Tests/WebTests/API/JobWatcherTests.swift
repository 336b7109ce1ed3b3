import BackupModel
import Documents
import HTTPTypes
import Testing

@testable import Web

@Suite struct JobWatcherTests {
    private func job(_ progress: UInt32) -> BackupStatusDocument {
        var status = ExportStatus()
        status.id = 7
        status.progress = progress
        return BackupStatusDocument(status)
    }

    @Test func `who is slow gets the newest state, and that lists have changed`() {
        let watcher = JobWatcher()
        for progress in 0...100 { watcher.tell(job: job(UInt32(progress))) }
        watcher.tellChange()
        let news = watcher.take()
        #expect(news.job?.progress == 100 && news.hasChanged && news.problem == nil)
        let later = watcher.take()
        #expect(later.job == nil && !later.hasChanged)
    }

    @Test func `a problem takes the place of a state that is known no more, and the other way round`() {
        let watcher = JobWatcher()
        watcher.tell(job: job(1))
        watcher.tell(problem: .notFound)
        var news = watcher.take()
        #expect(news.job == nil && news.problem?.status == .notFound)
        watcher.tell(problem: .notFound)
        watcher.tell(job: job(2))
        news = watcher.take()
        #expect(news.job?.progress == 2 && news.problem == nil)
    }

    @Test func `there is something to wake up for as soon as something was told`() async {
        let watcher = JobWatcher()
        watcher.tell(job: job(1))
        watcher.nudge()
        var iterator = watcher.wakes.makeAsyncIterator()
        await iterator.next()
        #expect(watcher.take().job?.progress == 1)
    }
}
