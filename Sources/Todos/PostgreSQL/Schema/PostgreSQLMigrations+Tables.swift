#if PostgreSQL
  extension PostgreSQLMigrations {
    /// The tables.
    static let tables = #"""
      -- Each change takes a number of its list's, greater than all before, while it holds the list's row: lists commit
      -- side by side, and one that is deleted and made again goes on counting.
      CREATE SEQUENCE revisions;

      -- How many changes there have been: all rows together. Whoever commits counts in one of them, so that servers do
      -- not wait for each other's commits. The sum is the index's revision: of any two moments the later one shows all
      -- that the earlier one does, so that what is shown with the same sum is the same.
      CREATE TABLE changes (
        part integer PRIMARY KEY,
        revision bigint NOT NULL
      ) WITH (fillfactor = 10);
      INSERT INTO changes SELECT part, 0 FROM generate_series(0, 63) AS part;

      -- What there is of all lists together.
      CREATE TABLE totals (
        only_one smallint PRIMARY KEY CHECK (only_one = 1),
        list_count bigint NOT NULL,
        deletion_count bigint NOT NULL,
        deleted_todo_count bigint NOT NULL
      ) WITH (fillfactor = 10);
      INSERT INTO totals VALUES (1, 0, 0, 0);

      CREATE TABLE deletions (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list bigint NOT NULL,
        time double precision NOT NULL,
        size bigint NOT NULL
      );
      CREATE INDEX deletions_by_list ON deletions (list);

      -- What is deleted stays, with its place, until the deletion is purged. Names and titles are compared by bytes.
      CREATE TABLE lists (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text COLLATE "C" NOT NULL,
        title text COLLATE "C" NOT NULL,
        revision bigint NOT NULL,
        deletion bigint REFERENCES deletions (id) ON DELETE CASCADE,
        todo_count bigint NOT NULL DEFAULT 0,
        completed_count bigint NOT NULL DEFAULT 0,
        title_bytes bigint NOT NULL DEFAULT 0,
        -- As `ListName.isUnlisted` says it.
        unlisted boolean NOT NULL GENERATED ALWAYS AS (name ~ '^u-[0-9a-f]{32}$') STORED
      ) WITH (fillfactor = 50);
      CREATE UNIQUE INDEX lists_by_name ON lists (name) WHERE deletion IS NULL;
      CREATE INDEX deleted_lists_by_name ON lists (name) WHERE deletion IS NOT NULL;
      CREATE INDEX lists_by_deletion ON lists (deletion) WHERE deletion IS NOT NULL;
      CREATE INDEX lists_shown ON lists (lower(title), name) WHERE deletion IS NULL AND NOT unlisted;

      CREATE TABLE todos (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        list bigint NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
        title text COLLATE "C" NOT NULL,
        completed boolean NOT NULL DEFAULT false,
        position bigint NOT NULL,
        deletion bigint REFERENCES deletions (id) ON DELETE CASCADE
      ) WITH (fillfactor = 90);
      CREATE INDEX todos_by_position ON todos (list, position);
      CREATE INDEX todos_shown ON todos (list, position, id) WHERE deletion IS NULL;
      CREATE INDEX todos_by_deletion ON todos (deletion) WHERE deletion IS NOT NULL;

      -- What came of the commands of late that had a key.
      CREATE TABLE commands (
        key text COLLATE "C" PRIMARY KEY,
        time double precision NOT NULL,
        list text NOT NULL,
        revision bigint NOT NULL,
        added bigint,
        command bigint NOT NULL
      );
      CREATE INDEX commands_by_time ON commands (time);

      -- What came of one command.
      CREATE TYPE outcome AS (
        -- Why it was not carried out; nothing was written then.
        refusal text,
        changed boolean,
        list text,
        title text,
        previous bigint,
        revision bigint,
        open bigint,
        completed bigint,
        previous_open bigint,
        previous_completed bigint,
        -- What became of the list among the others, and which one it stands after.
        list_change text,
        list_after text,
        -- The todos that are new, different or elsewhere, in the list's order.
        kind text,
        ids bigint[],
        titles text[],
        states boolean[],
        places bigint[],
        removed bigint[],
        -- What was deleted or brought back.
        deletion bigint,
        subject text,
        subject_title text,
        added bigint
      );

      """#
  }
#endif
