/// Where and why a text is not TOML.
struct TOMLError: Error {
    let position: Position
    /// The end of a sentence that starts with "This is not valid TOML:".
    let reason: String
}
