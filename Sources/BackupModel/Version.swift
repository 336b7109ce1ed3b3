/// The product's version.
public enum Version {
    /// As `major.minor.patch`; see https://semver.org.
    public static let current = "0.1.0"
}
