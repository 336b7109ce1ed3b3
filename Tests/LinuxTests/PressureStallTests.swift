import Testing

@testable import Linux

struct PressureStallTests {
    @Test func `the total of the line about some is read`() {
        let text = """
            some avg10=0.31 avg60=2.10 avg300=1.61 total=363264598
            full avg10=3.29 avg60=1.37 avg300=1.14 total=106851858
            """
        #expect(PressureStall.total(in: text) == 363_264_598)
        #expect(PressureStall.total(in: "some total=0\n") == 0)
    }

    @Test(arguments: [
        "", "\n", "some", "some ", "some total", "some total=", "some total=-1", "some total=1x", "some total=1.5",
        "some total=99999999999999999999", "full avg10=0.00 total=5", "something total=5", " some total=5", "\u{0}",
        "some avg10=0.31 avg60=2.10 avg300=1.61",
    ])
    func `what is not understood is no number`(text: String) {
        #expect(PressureStall.total(in: text) == nil)
    }

    @Test func `the kernel's account grows and never falls`() {
        guard let account = PressureStall.open(.cpu), let before = account.total() else {
            Issue.record("this kernel has no /proc/pressure")
            return
        }
        pause(for: .milliseconds(5))
        let after = account.total() ?? 0
        #expect(after >= before)
    }
}
