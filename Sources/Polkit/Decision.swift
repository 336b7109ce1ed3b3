/// What polkit says of a caller and an action.
public enum Decision: Sendable, Equatable {
    /// The caller may.
    case granted
    /// The caller may not.
    case denied
    /// The caller may once somebody has given a password, for which the check was not allowed to ask.
    case challenge
    /// Somebody was asked for a password and closed the prompt.
    case dismissed
    /// There is no polkit on the bus.
    case unavailable
}
