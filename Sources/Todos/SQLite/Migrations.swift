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
    migrator.registerMigration("4: counts") { db in
      try db.execute(
        sql: """
          -- What a list holds, without what is deleted of it. A deleted list keeps its counts, as it keeps its todos.
          ALTER TABLE lists ADD COLUMN todo_count INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE lists ADD COLUMN completed_count INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE lists ADD COLUMN title_bytes INTEGER NOT NULL DEFAULT 0;
          UPDATE lists SET
            todo_count = (SELECT count(*) FROM todos WHERE list = lists.id AND deletion IS NULL),
            completed_count = (SELECT total(completed) FROM todos WHERE list = lists.id AND deletion IS NULL),
            title_bytes = (
              SELECT total(length(CAST(title AS BLOB))) FROM todos WHERE list = lists.id AND deletion IS NULL);

          -- What there is of all lists together.
          ALTER TABLE changes ADD COLUMN list_count INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE changes ADD COLUMN deletion_count INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE changes ADD COLUMN deleted_todo_count INTEGER NOT NULL DEFAULT 0;
          UPDATE changes SET
            list_count = (SELECT count(*) FROM lists WHERE deletion IS NULL),
            deletion_count = (SELECT count(*) FROM deletions),
            deleted_todo_count = (SELECT total(size) FROM deletions);
          -- The oldest deletion is the one with the smallest id.
          DROP INDEX deletions_by_time;

          -- Places are found beside any number of deleted todos, and names beside any number of lists.
          CREATE INDEX todos_shown ON todos (list, position) WHERE deletion IS NULL;
          CREATE INDEX deleted_lists_by_name ON lists (name, revision) WHERE deletion IS NOT NULL;
          CREATE INDEX lists_by_title ON lists (title COLLATE NOCASE, name) WHERE deletion IS NULL;
          """)
    }
    migrator.registerMigration("5: what a command's key belongs to") { db in
      // Null for keys of before, which are taken to come with the command that they came with.
      try db.execute(sql: "ALTER TABLE commands ADD COLUMN command INTEGER")
    }
    migrator.registerMigration("6: unlisted lists") { db in
      try db.execute(
        sql: """
          -- As `ListName.isUnlisted` says it.
          ALTER TABLE lists ADD COLUMN unlisted INTEGER GENERATED ALWAYS AS (
            length(name) = 34 AND name GLOB 'u-*' AND NOT substr(name, 3) GLOB '*[^0-9a-f]*') VIRTUAL;
          -- The index of all lists has the others alone.
          DROP INDEX lists_by_title;
          CREATE INDEX lists_shown ON lists (title COLLATE NOCASE, name) WHERE deletion IS NULL AND unlisted = 0;
          """)
    }
    return migrator
  }
}
