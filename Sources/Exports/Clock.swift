import Glibc

/// The time of day in whole seconds since 1970-01-01 UTC; 0 for a clock set before that.
func secondsSince1970() -> UInt64 {
    UInt64(clamping: time(nil))
}
