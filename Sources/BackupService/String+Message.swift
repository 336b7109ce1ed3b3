extension String {
    /// The text as it may stand in a message or a log line: at most 80 characters, control characters escaped.
    var escapedForMessage: String {
        let text = unicodeScalars.prefix(80).map { scalar in
            scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text.joined() + (unicodeScalars.count > 80 ? "…" : "")
    }
}
