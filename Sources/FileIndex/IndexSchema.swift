/// What is in the SQLite file of an index.
///
/// The entries are numbered in the order of their paths, component by component and byte by byte: what a search finds comes in that order, and
/// so does what is in a directory; and a path is found by halving the numbers, without an index of names. The names are indexed by trigrams without positions: which entries have all trigrams of a
/// text, in the order of their numbers; whether a name holds the text itself is then looked at.
enum IndexSchema {
    /// Counted up when the tables change; an index of another version is not read.
    static let version: Int64 = 1
    /// Says that a file is an index of this product; see PRAGMA application_id.
    static let applicationID: Int64 = 0x4E58_4249

    static let tables = """
        CREATE TABLE export (
            version INTEGER, id INTEGER, inode INTEGER, size INTEGER, sha256 TEXT, created INTEGER,
            snapshot_created INTEGER, entry_count INTEGER
        );
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, name BLOB NOT NULL, mode INTEGER NOT NULL,
            user INTEGER NOT NULL, "group" INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
            nanoseconds INTEGER NOT NULL, flags INTEGER NOT NULL
        );
        CREATE VIRTUAL TABLE trigram USING fts5 (
            name, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 0'
        );
        INSERT INTO trigram (trigram, rank) VALUES ('automerge', 0);
        INSERT INTO trigram (trigram, rank) VALUES ('hashsize', 16777216);
        """
    static let columns = "mode, user, \"group\", size, modified, nanoseconds, flags"
    static let children = "CREATE INDEX child ON entry (parent)"
    static let optimization = "INSERT INTO trigram (trigram) VALUES ('optimize')"
}
