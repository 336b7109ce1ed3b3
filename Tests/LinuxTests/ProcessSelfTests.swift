import Glibc
import Linux
import Testing

struct ProcessSelfTests {
    @Test func `what libdispatch would log is left out, unless it was asked for`() async {
        await #expect(processExitsWith: .success) {
            unsetenv("LIBDISPATCH_LOG")
            keepDispatchQuiet()
            #expect(ProcessSelfTests.wish == "NO")
            setenv("LIBDISPATCH_LOG", "stderr", 1)
            keepDispatchQuiet()
            #expect(ProcessSelfTests.wish == "stderr")
        }
    }

    private static var wish: String? {
        unsafe getenv("LIBDISPATCH_LOG").map { unsafe String(cString: $0) }
    }
}
