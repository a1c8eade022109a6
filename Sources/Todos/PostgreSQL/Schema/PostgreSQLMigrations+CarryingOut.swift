#if PostgreSQL
  extension PostgreSQLMigrations {
    /// The one function that the store calls.
    static let carryingOut = #"""
      -- Carries a command out, and once only for all that come with the same key.
      CREATE FUNCTION carry_out(
        kind text, list_name text, id bigint, other bigint, number bigint, wanted boolean, title text,
        new_titles text[], new_states boolean[], command_key text, digest bigint, now double precision,
        oldest_deletion double precision, oldest_key double precision, limits bigint[]
      ) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        result outcome;
        known commands;
      BEGIN
        IF command_key IS NOT NULL THEN
          -- The same may be on its way at another server.
          PERFORM pg_advisory_xact_lock(hashtextextended(command_key, 0));
          SELECT * INTO known FROM commands WHERE key = command_key AND time >= oldest_key;
          IF FOUND THEN
            IF known.command <> digest THEN RETURN refused('key'); END IF;
            -- Written again, so that this commit waits for the standbys as well, which the first may not have reached.
            UPDATE commands SET time = time WHERE key = command_key;
            result.changed := false;
            result.list := known.list;
            result.revision := known.revision;
            result.added := known.added;
            RETURN result;
          END IF;
        END IF;
        CASE kind
          WHEN 'add' THEN result := add_todos(list_name, title, new_titles, new_states, limits);
          WHEN 'complete' THEN result := complete_todo(list_name, id, wanted);
          WHEN 'complete all' THEN result := complete_all(list_name, wanted);
          WHEN 'edit' THEN result := edit_todo(list_name, id, title, limits);
          WHEN 'move' THEN result := move_todo(list_name, id, other, number);
          WHEN 'delete' THEN result := delete_todo(list_name, id, now, oldest_deletion, limits);
          WHEN 'clear' THEN result := clear_completed(list_name, now, oldest_deletion, limits);
          WHEN 'make' THEN result := make_list(list_name, new_titles[1], title, oldest_deletion, limits);
          WHEN 'rename' THEN result := rename_list(list_name, title);
          WHEN 'delete list' THEN result := delete_list(list_name, now, oldest_deletion, limits);
          WHEN 'undo' THEN result := undo_deletion(id, list_name, oldest_deletion, limits);
        END CASE;
        IF command_key IS NOT NULL AND result.refusal IS NULL THEN
          DELETE FROM commands WHERE key IN (
            SELECT key FROM commands WHERE time < oldest_key ORDER BY time LIMIT limits[6] FOR UPDATE SKIP LOCKED);
          INSERT INTO commands (key, time, list, revision, added, command)
          VALUES (command_key, now, result.list, result.revision, result.added, digest)
          ON CONFLICT (key) DO UPDATE SET time = excluded.time, list = excluded.list, revision = excluded.revision,
            added = excluded.added, command = excluded.command;
        END IF;
        RETURN result;
      END $$;

      """#
  }
#endif
