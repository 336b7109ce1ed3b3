/// What is in the SQLite file of an index.
///
/// The entries are numbered in the order of their paths, component by component and byte by byte, so that what is in a directory and
/// below it comes right after it: `directory` has the number of the last of that, after which comes what is beside the directory.
/// `mark` has every 64th of those in one directory, so that no page of a large one is far from one. `block` has the
/// names of 64 entries in a row, as they are compared; see ``NameBlock``. Blocks are indexed by trigrams without positions: which have all
/// trigrams of a text, in their order; whether the text itself is there is then looked at.
enum IndexSchema {
    /// Counted up when the tables change; an index of another version is not read.
    static let version: Int64 = 2
    /// Says that a file is an index of this product; see PRAGMA application_id.
    static let applicationID: Int64 = 0x4E58_4249
    /// How many entries of a directory there are from one mark to the next.
    static let markInterval = 64

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
        CREATE TABLE directory (id INTEGER PRIMARY KEY, last INTEGER NOT NULL);
        CREATE TABLE mark (
            directory INTEGER, number INTEGER, entry INTEGER NOT NULL, PRIMARY KEY (directory, number)
        ) WITHOUT ROWID;
        CREATE TABLE block (id INTEGER PRIMARY KEY, names BLOB NOT NULL, parents BLOB NOT NULL);
        CREATE VIRTUAL TABLE trigram USING fts5 (
            names, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
        );
        INSERT INTO trigram (trigram, rank) VALUES ('automerge', 0);
        INSERT INTO trigram (trigram, rank) VALUES ('hashsize', 16777216);
        """
    static let columns = "mode, user, \"group\", size, modified, nanoseconds, flags"
    static let optimization = "INSERT INTO trigram (trigram) VALUES ('optimize')"
}
