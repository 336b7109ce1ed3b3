import Testing

@testable import Commands

@Suite struct SizeTests {
    private static let texts: [(UInt64, String)] = [
        (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "0.98 KiB"), (1024, "1.00 KiB"), (1536, "1.50 KiB"),
        (10_240, "10.0 KiB"), (102_400, "100 KiB"), (1_023_000, "999 KiB"), (1_023_500, "0.98 MiB"),
        (1 << 20, "1.00 MiB"), (1_572_864_000, "1.46 GiB"), (1 << 40, "1.00 TiB"), (1 << 50, "1.00 PiB"),
        (1 << 60, "1.00 EiB"), (.max, "16.0 EiB"), (10_479_000, "9.99 MiB"), (10_485_000, "10.0 MiB"),
    ]

    @Test(arguments: texts)
    func `a size has three digits and a binary unit`(byteCount: UInt64, text: String) {
        #expect(Size.text(byteCount) == text)
    }

    @Test func `no size is wider than eight columns`() {
        for shift in 0..<64 {
            for offset in [-2, -1, 0, 1, 2, 1000] {
                let byteCount = (UInt64(1) << shift).addingReportingOverflow(UInt64(bitPattern: Int64(offset)))
                #expect(Size.text(byteCount.partialValue).count <= 8)
            }
        }
    }

    private static let sizes: [(String, UInt64)] = [
        ("0", 0), ("4096", 4096), ("4096B", 4096), ("1k", 1024), ("500K", 512_000), ("20M", 20_971_520),
        ("1.5GiB", 1_610_612_736), ("2 MiB", 2_097_152), ("1T", 1 << 40),
    ]

    @Test(arguments: sizes)
    func `a size that is typed is read`(text: String, byteCount: UInt64) {
        #expect(Size.parse(text) == byteCount)
    }

    @Test(arguments: [
        "", "x", "-1", "+1", "1.5", "1.", ".5", "K", "10X", "10KB/s", "1e9", "0x10", "IB", "1IB", "99999999T", "1 0",
        "١",
        "1.2.3M", "nan", "9223372036854775808000",
    ])
    func `what is no size is refused`(text: String) {
        #expect(Size.parse(text) == nil)
    }
}
