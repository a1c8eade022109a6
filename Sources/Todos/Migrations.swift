import GRDB

/// The database's schema, in numbered steps that are never changed once they are released.
enum Migrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: lists, todos and deletions") { db in
      try db.execute(
        sql: """
          -- One counter for all changes: a list that is deleted and made again goes on counting.
          CREATE TABLE changes (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            revision INTEGER NOT NULL
          );
          INSERT INTO changes VALUES (1, 0);

          CREATE TABLE deletions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            list INTEGER NOT NULL,
            time REAL NOT NULL
          );
          CREATE INDEX deletions_by_time ON deletions (time);

          -- What is deleted stays, with its place, until the deletion is purged.
          CREATE TABLE lists (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            title TEXT NOT NULL,
            revision INTEGER NOT NULL,
            deletion INTEGER REFERENCES deletions (id) ON DELETE CASCADE
          );
          CREATE UNIQUE INDEX lists_by_name ON lists (name) WHERE deletion IS NULL;
          CREATE INDEX lists_by_deletion ON lists (deletion) WHERE deletion IS NOT NULL;

          CREATE TABLE todos (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            list INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            completed INTEGER NOT NULL DEFAULT 0,
            position INTEGER NOT NULL,
            deletion INTEGER REFERENCES deletions (id) ON DELETE CASCADE
          );
          CREATE INDEX todos_by_position ON todos (list, position);
          CREATE INDEX todos_by_deletion ON todos (deletion) WHERE deletion IS NOT NULL;
          """)
    }
    migrator.registerMigration("2: commands that may be sent again") { db in
      try db.execute(
        sql: """
          -- What came of the commands of late that had a key.
          CREATE TABLE commands (
            key TEXT PRIMARY KEY,
            time REAL NOT NULL,
            list TEXT NOT NULL,
            revision INTEGER NOT NULL,
            added INTEGER
          ) WITHOUT ROWID;
          CREATE INDEX commands_by_time ON commands (time);
          """)
    }
    migrator.registerMigration("3: sizes of deletions") { db in
      try db.execute(sql: "ALTER TABLE deletions ADD COLUMN size INTEGER NOT NULL DEFAULT 1")
    }
    migrator.registerMigration("4: bytes of a list's titles") { db in
      try db.execute(
        sql: """
          -- Kept by triggers, so that no command can forget it, and none has to read a whole list to know it.
          ALTER TABLE lists ADD COLUMN title_bytes INTEGER NOT NULL DEFAULT 0;
          UPDATE lists SET title_bytes = (
            SELECT ifnull(sum(length(CAST(title AS BLOB))), 0) FROM todos WHERE list = lists.id AND deletion IS NULL
          );
          CREATE TRIGGER title_bytes_added AFTER INSERT ON todos WHEN new.deletion IS NULL BEGIN
            UPDATE lists SET title_bytes = title_bytes + ifnull(length(CAST(new.title AS BLOB)), 0) WHERE id = new.list;
          END;
          CREATE TRIGGER title_bytes_changed AFTER UPDATE OF list, title, deletion ON todos BEGIN
            UPDATE lists SET title_bytes = title_bytes - ifnull(length(CAST(old.title AS BLOB)), 0)
            WHERE id = old.list AND old.deletion IS NULL;
            UPDATE lists SET title_bytes = title_bytes + ifnull(length(CAST(new.title AS BLOB)), 0)
            WHERE id = new.list AND new.deletion IS NULL;
          END;
          CREATE TRIGGER title_bytes_purged AFTER DELETE ON todos WHEN old.deletion IS NULL BEGIN
            UPDATE lists SET title_bytes = title_bytes - ifnull(length(CAST(old.title AS BLOB)), 0) WHERE id = old.list;
          END;
          """)
    }
    return migrator
  }
}
