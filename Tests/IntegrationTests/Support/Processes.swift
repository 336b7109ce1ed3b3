import FoundationEssentials

/// The contents of `/proc/<id>/<file>`; empty for a process that is gone.
func processFile(_ id: Int32, _ file: String) -> String {
    (try? Data(contentsOf: URL(filePath: "/proc/\(id)/\(file)"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

/// The name of a process; empty for one that is gone.
func name(of id: Int32) -> String {
    String(processFile(id, "comm").dropLast())
}

/// The children of a process, of all of its threads.
func children(of id: Int32) -> [Int32] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
    return tasks.flatMap { processFile(id, "task/\($0)/children").split(separator: " ").compactMap { Int32($0) } }
}

/// The worker of a daemon, once it runs.
func worker(of daemon: Int32) -> Int32? {
    children(of: daemon).first { name(of: $0) == "nexus-export" }
}

/// The gpg that encrypts for a daemon's worker, once it runs; not one that GPGME asks for its version.
func gpg(of daemon: Int32) -> Int32? {
    worker(of: daemon).flatMap { children(of: $0).first { processFile($0, "cmdline").contains("--symmetric") } }
}

/// Every process of the machine.
func allProcesses() throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
}

/// The processes whose arguments contain `text`.
func processes(mentioning text: String) throws -> [Int32] {
    try allProcesses().filter { processFile($0, "cmdline").contains(text) }
}
