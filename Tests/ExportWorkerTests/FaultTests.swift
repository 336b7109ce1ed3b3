import Foundation
import SystemPackage
import TestSupport
import Testing

/// Every call by which the worker and gpg touch files and pipes, failing one at a time: the export is done and whole, or it
/// failed, said why, and left nothing behind. The table of what was injected is printed.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FaultTests {
    /// The most calls of one kind that are struck one at a time by a fault that fails the export; by one that does not, the
    /// first and the last are, beside all of them in one run. With NEXUS_EVERY_FAULT=1 in the environment all are, which
    /// takes minutes.
    private static let limits =
        ProcessInfo.processInfo.environment["NEXUS_EVERY_FAULT"] == "1"
        ? (hard: Int.max, soft: Int.max) : (hard: 6, soft: 2)
    private static let concurrency = 3

    private struct Case: Sendable {
        let row: Int
        let kind: Int
        var fault: Fault
    }

    private struct Tally {
        var injected = 0
        var done = 0
        var failed = 0
    }

    @Test(arguments: FaultGroup.all)
    func `an export that meets a fault is done and whole, or failed and gone`(_ group: FaultGroup) async throws {
        try await FaultExport.with(bigFile: group.bigFile) { export in
            let counting = try await export.run(group.way, nil)
            #expect(counting.ending == .done)
            let cases = try plan(group, counting.plan)
            let tallies = try await run(cases, group, export)
            var lines = ["\(group): calls, runs with a fault, done, failed"]
            for (row, kinds) in zip(group.rows, tallies) {
                let count = try counting.plan.count(row.place, row.call)
                for (kind, tally) in zip(row.kinds, kinds) {
                    let name = "\(row.place) \(row.call) \(kind.0)".padding(toLength: 32, withPad: " ", startingAt: 0)
                    lines.append("  \(name) \(count)\t\(tally.injected)\t\(tally.done)\t\(tally.failed)")
                }
            }
            print(lines.joined(separator: "\n"))
            #expect(tallies.joined().map(\.injected).reduce(0, +) == cases.count)
            #expect(try await export.run(group.way, nil).ending == .done)
        }
    }

    private func plan(_ group: FaultGroup, _ counted: FaultPlan) throws -> [Case] {
        var cases: [Case] = []
        for (index, row) in group.rows.enumerated() {
            let count = try counted.count(row.place, row.call)
            #expect(count > 0, "\(row.place) \(row.call) is never called")
            for (number, kind) in row.kinds.enumerated() {
                for call in Self.numbers(upTo: count, kind.0) {
                    cases.append(Case(row: index, kind: number, fault: Fault(row.place, row.call, kind.0, at: call)))
                }
            }
        }
        return cases
    }

    /// The numbers of the calls to strike: all, or the first, the last and some evenly between.
    private static func numbers(upTo count: Int, _ kind: FaultKind) -> [Int] {
        let limit = kind.isHarmless ? limits.soft : limits.hard
        let all = count <= limit ? Array(1...max(count, 1)) : (0..<limit).map { 1 + $0 * (count - 1) / (limit - 1) }
        return kind.isHarmless ? [0] + all : all
    }

    private func run(_ cases: [Case], _ group: FaultGroup, _ export: FaultExport) async throws -> [[Tally]] {
        var tallies = group.rows.map { $0.kinds.map { _ in Tally() } }
        try await withThrowingTaskGroup(of: (Case, FaultExport.Ending).self) { tasks in
            var next = cases.makeIterator()
            for _ in 0..<Self.concurrency {
                if let first = next.next() { tasks.addTask { (first, try await strike(first, group, export)) } }
            }
            while let (struck, ending) = try await tasks.next() {
                if let another = next.next() { tasks.addTask { (another, try await strike(another, group, export)) } }
                let (kind, expectation) = group.rows[struck.row].kinds[struck.kind]
                let fault = struck.fault
                #expect(
                    expectation.holds(ending),
                    "\(fault.place) \(fault.call) \(kind) at \(fault.number): \(ending)"
                )
                tallies[struck.row][struck.kind].injected += 1
                if ending == .done {
                    tallies[struck.row][struck.kind].done += 1
                } else {
                    tallies[struck.row][struck.kind].failed += 1
                }
            }
        }
        return tallies
    }

    /// Lets an export meet the fault; when it came to fewer calls than were counted, another one, at the last of those.
    private func strike(_ planned: Case, _ group: FaultGroup, _ export: FaultExport) async throws -> FaultExport.Ending
    {
        var fault = planned.fault
        for _ in 0..<5 {
            let outcome = try await export.run(group.way, fault)
            if try outcome.plan.injectedCount() > 0 { return outcome.ending }
            guard outcome.ending == .done else { return .wrong("not met, but \(outcome.ending)") }
            fault.number = max(1, min(fault.number, try outcome.plan.count(fault.place, fault.call)) - 1)
        }
        return .wrong("never met")
    }
}
