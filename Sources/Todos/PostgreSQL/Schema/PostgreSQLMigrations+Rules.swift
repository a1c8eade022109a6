#if PostgreSQL
  extension PostgreSQLMigrations {
    /// What commands have in common: locks, the order of changes, the index, limits.
    static let rules = #"""
      CREATE FUNCTION index_revision() RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN
        RETURN (SELECT sum(revision)::bigint FROM changes);
      END $$;

      -- Locks what a transaction's commands change, in one order for all, so that no two wait for each other. Returns the
      -- index's revision then.
      CREATE FUNCTION lock_lists(names text[], undone bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN
        IF cardinality(undone) = 0 THEN
          PERFORM 1 FROM lists WHERE name = ANY (names) AND deletion IS NULL ORDER BY id FOR UPDATE;
        ELSE
          PERFORM 1 FROM lists WHERE id IN (
            SELECT id FROM lists WHERE name = ANY (names) AND deletion IS NULL
            UNION SELECT list FROM deletions WHERE id = ANY (undone)
            UNION SELECT newer.id FROM deletions JOIN lists ON lists.id = deletions.list
              JOIN lists AS newer ON newer.name = lists.name AND newer.deletion IS NULL WHERE deletions.id = ANY (undone)
          ) ORDER BY id FOR UPDATE;
          PERFORM 1 FROM deletions WHERE id = ANY (undone) ORDER BY id FOR UPDATE;
        END IF;
        RETURN index_revision();
      END $$;

      -- Has nobody else make, delete or bring back a list.
      CREATE FUNCTION lock_totals() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM 1 FROM totals FOR UPDATE;
      END $$;

      -- Counts the changes of a transaction, as the last thing before its commit.
      CREATE FUNCTION count_changes() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE changes SET revision = revision + current_setting('todo.changes')::bigint
        WHERE part = pg_backend_pid() % 64 AND coalesce(current_setting('todo.changes', true), '') <> '';
      END $$;

      CREATE FUNCTION find_list(list_name text) RETURNS lists LANGUAGE plpgsql AS $$
      DECLARE found lists;
      BEGIN
        SELECT * INTO found FROM lists WHERE name = list_name AND deletion IS NULL FOR UPDATE;
        RETURN found;
      END $$;

      -- The revision of a list that is not there: that of the last one of its name, while its deletion can be undone.
      CREATE FUNCTION last_revision(list_name text) RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN
        RETURN (SELECT coalesce(max(revision), 0) FROM lists WHERE name = list_name AND deletion IS NOT NULL);
      END $$;

      -- The list that stands before one in the index.
      CREATE FUNCTION list_before(list lists) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        RETURN (
          SELECT name FROM lists
          WHERE deletion IS NULL AND NOT unlisted AND (lower(title), name) < (lower(list.title), list.name)
          ORDER BY lower(title) DESC, name DESC LIMIT 1
        );
      END $$;

      CREATE FUNCTION refused(reason text) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE result outcome;
      BEGIN
        result.refusal := reason;
        RETURN result;
      END $$;

      CREATE FUNCTION unchanged(list lists) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE result outcome;
      BEGIN
        result.changed := false;
        result.list := list.name;
        result.revision := list.revision;
        RETURN result;
      END $$;

      -- Why a list cannot hold what it would; one that held more before may shrink.
      CREATE FUNCTION want_of_room(list lists, before lists, limits bigint[]) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        RETURN CASE
          WHEN list.todo_count > greatest(limits[1], before.todo_count) THEN 'todos'
          WHEN list.title_bytes > greatest(limits[2], before.title_bytes) THEN 'bytes'
        END;
      END $$;

      -- Ends a command: gives the list its next revision, and stores its counts.
      CREATE FUNCTION changed(list lists, before lists, result outcome) RETURNS outcome LANGUAGE plpgsql AS $$
      BEGIN
        result.changed := true;
        result.revision := nextval('revisions');
        UPDATE lists SET revision = result.revision, todo_count = list.todo_count,
          completed_count = list.completed_count, title_bytes = list.title_bytes WHERE id = list.id;
        PERFORM set_config(
          'todo.changes', (coalesce(nullif(current_setting('todo.changes', true), ''), '0')::bigint + 1)::text, true);
        result.list := list.name;
        result.title := list.title;
        result.previous := before.revision;
        result.completed := list.completed_count;
        result.open := list.todo_count - list.completed_count;
        result.previous_completed := before.completed_count;
        result.previous_open := before.todo_count - before.completed_count;
        IF result.list_change IN ('made', 'renamed') THEN result.list_after := list_before(list); END IF;
        RETURN result;
      END $$;

      """#
  }
#endif
