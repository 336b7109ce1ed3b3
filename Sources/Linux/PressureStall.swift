import Glibc
import SystemPackage

/// How long programs have waited for a resource since the machine started, as the kernel counts it; see
/// Documentation/accounting/psi.rst of Linux.
public struct PressureStall: ~Copyable, Sendable {
    /// What is waited for.
    public enum Resource: String, Sendable, CaseIterable {
        case io
        case cpu
    }

    private let file: Descriptor

    /// Opens the account of the whole machine; nil where the kernel keeps none.
    public static func open(_ resource: Resource) -> PressureStall? {
        guard let file = try? Descriptor.open(FilePath("/proc/pressure/\(resource.rawValue)"), .readOnly) else {
            return nil
        }
        let account = PressureStall(file: file)
        guard account.total() != nil else { return nil }
        return account
    }

    private init(file: consuming Descriptor) {
        self.file = file
    }

    /// For how long at least one program has waited, in microseconds; nil when that is not understood.
    public borrowing func total() -> UInt64? {
        var text = [UInt8](repeating: 0, count: 256)
        let count = pread(file.file.rawValue, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Self.total(in: String(decoding: text.prefix(count), as: UTF8.self))
    }

    /// The number that a line such as `some avg10=0.00 avg60=0.00 avg300=0.00 total=1234` ends with.
    static func total(in text: String) -> UInt64? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("some ") }) else { return nil }
        let field = line.split(separator: " ").first { $0.hasPrefix("total=") }
        return field.flatMap { UInt64($0.dropFirst("total=".count)) }
    }
}
