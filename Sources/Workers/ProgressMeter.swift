import BackupModel
package import ExportProtocol

/// Turns what a worker reports into percent, rate and time left.
package struct ProgressMeter {
    package private(set) var percent: UInt32 = 0
    package private(set) var last = WorkerProgress(
        bytesDone: 0,
        filesDone: 0,
        bytesTotal: nil,
        filesTotal: nil,
        bytesWritten: 0
    )
    private var samples: [(at: ContinuousClock.Instant, bytes: UInt64)] = []
    private let window: Duration = .seconds(10)

    package init() {}

    /// Takes in a report.
    package mutating func update(_ progress: WorkerProgress, at now: ContinuousClock.Instant) {
        last = progress
        percent = max(percent, Self.percent(of: progress))
        samples.append((now, progress.bytesDone))
        while samples.count > 2, samples[1].at.duration(to: now) >= window {
            samples.removeFirst()
        }
    }

    /// Bytes of content per second over the last ten seconds; 0 until two reports have come.
    package var rate: UInt64 {
        guard let first = samples.first, let last = samples.last, last.bytes > first.bytes else { return 0 }
        let seconds = first.at.duration(to: last.at) / .seconds(1)
        guard seconds > 0 else { return 0 }
        return UInt64(exactly: (Double(last.bytes - first.bytes) / seconds).rounded()) ?? 0
    }

    /// Seconds left at the present rate; 0 when it can't be told.
    package var secondsLeft: UInt32 {
        guard let total = last.bytesTotal, total > last.bytesDone, rate > 0 else { return 0 }
        return UInt32(clamping: (total - last.bytesDone + rate - 1) / rate)
    }

    /// Bytes and entries both count, as a million empty files take time too: an entry weighs as much as 4 KiB.
    ///
    /// 100 is left to the file being complete and in its place.
    private static func percent(of progress: WorkerProgress) -> UInt32 {
        guard let bytesTotal = progress.bytesTotal, let filesTotal = progress.filesTotal else { return 0 }
        let entryWeight = 4096.0
        let total = Double(bytesTotal) + Double(filesTotal) * entryWeight
        guard total > 0 else { return 0 }
        let done = Double(progress.bytesDone) + Double(progress.filesDone) * entryWeight
        return UInt32(min(99, max(0, done / total * 100)))
    }
}
