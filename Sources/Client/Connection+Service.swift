public import BackupModel
public import DBus

extension Connection {
    /// Connects to the bus on which the backup service is looked for.
    ///
    /// - Throws: `unknownObject` where no bus can be reached at `address`, with what the reason is and what to do.
    public static func open(busOfService address: BusAddress) async throws(BackupError) -> Connection {
        do {
            return try await open(address)
        } catch {
            throw BackupError(
                .unknownObject,
                "The message bus at \(address.text) can't be reached: \(error.message.asClause). Check that D-Bus runs, and "
                    + "the address.",
                cause: error
            )
        }
    }
}
