#if PostgreSQL
  extension PostgreSQLMigrations {
    /// What deletes and what brings back.
    static let deletionCommands = #"""
      -- Notes that todos of a list are about to be deleted, and clears away some of what can no longer be undone. What
      -- another transaction brings back at the moment is passed by.
      CREATE FUNCTION begin_deletion(
        list_id bigint, count bigint, now double precision, oldest double precision, limits bigint[]
      ) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE
        deletion bigint;
        total totals;
        old deletions;
        purged bigint := 0;
      BEGIN
        SELECT * INTO total FROM totals FOR UPDATE;
        INSERT INTO deletions (list, time, size) VALUES (list_id, now, count) RETURNING id INTO deletion;
        total.deletion_count := total.deletion_count + 1;
        total.deleted_todo_count := total.deleted_todo_count + count;
        FOR old IN SELECT * FROM deletions WHERE id < deletion ORDER BY id LIMIT limits[6] LOOP
          EXIT WHEN purged >= greatest(limits[7], count) OR NOT (
            old.time < oldest OR total.deletion_count > limits[4] OR total.deleted_todo_count > limits[5]);
          PERFORM 1 FROM deletions WHERE id = old.id FOR UPDATE SKIP LOCKED;
          CONTINUE WHEN NOT FOUND;
          DELETE FROM deletions WHERE id = old.id;
          total.deletion_count := total.deletion_count - 1;
          total.deleted_todo_count := total.deleted_todo_count - old.size;
          purged := purged + old.size;
        END LOOP;
        UPDATE totals SET deletion_count = total.deletion_count, deleted_todo_count = total.deleted_todo_count;
        RETURN deletion;
      END $$;

      CREATE FUNCTION delete_todo(
        list_name text, todo_id bigint, now double precision, oldest double precision, limits bigint[]
      ) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists := before;
        todo todos;
        result outcome;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        todo := find_todo(list, todo_id);
        IF todo.id IS NULL THEN RETURN refused('todo'); END IF;
        result.deletion := begin_deletion(list.id, 1, now, oldest, limits);
        UPDATE todos SET deletion = result.deletion WHERE id = todo_id;
        list.todo_count := list.todo_count - 1;
        list.completed_count := list.completed_count - todo.completed::int;
        list.title_bytes := list.title_bytes - octet_length(todo.title);
        result.removed := ARRAY[todo_id];
        result.subject := 'todo';
        result.subject_title := todo.title;
        RETURN changed(list, before, result);
      END $$;

      CREATE FUNCTION clear_completed(list_name text, now double precision, oldest double precision, limits bigint[])
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists := before;
        result outcome;
        bytes bigint;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        IF list.completed_count = 0 THEN RETURN unchanged(list); END IF;
        result.deletion := begin_deletion(list.id, list.completed_count, now, oldest, limits);
        WITH cleared AS (
          UPDATE todos SET deletion = result.deletion WHERE todos.list = before.id AND deletion IS NULL AND completed
          RETURNING id, position, title
        ) SELECT array_agg(id ORDER BY position, id), sum(octet_length(title)) FROM cleared INTO result.removed, bytes;
        list.todo_count := list.todo_count - list.completed_count;
        list.completed_count := 0;
        list.title_bytes := list.title_bytes - bytes;
        result.subject := 'completed';
        RETURN changed(list, before, result);
      END $$;

      CREATE FUNCTION delete_list(list_name text, now double precision, oldest double precision, limits bigint[])
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        list lists := find_list(list_name);
        result outcome;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        result.deletion := begin_deletion(list.id, list.todo_count, now, oldest, limits);
        UPDATE totals SET list_count = list_count - 1;
        UPDATE lists SET deletion = result.deletion WHERE id = list.id;
        result.list_change := 'deleted';
        result.subject := 'list';
        result.subject_title := list.title;
        RETURN changed(list, list, result);
      END $$;

      -- Brings back what one command deleted. The list has to be named where it is unlisted.
      CREATE FUNCTION undo_deletion(deletion_id bigint, list_name text, oldest double precision, limits bigint[])
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        gone deletions;
        list lists;
        before lists;
        old lists;
        result outcome;
        refusal text;
        chosen bigint[];
        last bigint;
        source bigint;
      BEGIN
        SELECT * INTO gone FROM deletions WHERE id = deletion_id AND time >= oldest FOR UPDATE;
        SELECT * INTO list FROM lists WHERE id = gone.list AND coalesce(deletion, gone.id) = gone.id FOR UPDATE;
        IF list.id IS NULL OR (list.unlisted AND list.name IS DISTINCT FROM list_name) THEN
          RETURN refused('deletion');
        END IF;
        result.deletion := gone.id;
        result.subject := 'undone';
        IF list.deletion IS NULL THEN
          PERFORM 1 FROM totals FOR UPDATE;
          before := list;
          SELECT list.todo_count + count(*), list.completed_count + count(*) FILTER (WHERE completed),
            list.title_bytes + coalesce(sum(octet_length(title)), 0), array_agg(id)
          INTO list.todo_count, list.completed_count, list.title_bytes, chosen FROM todos WHERE deletion = gone.id;
          refusal := want_of_room(list, before, limits);
          IF refusal IS NOT NULL THEN RETURN refused(refusal); END IF;
          UPDATE todos SET deletion = NULL WHERE deletion = gone.id;
          result := with_todos(result, 'inserted', list.id, chosen, list.todo_count);
        ELSE
          PERFORM lock_totals();
          source := list.id;
          before := find_list(list.name);
          IF before.id IS NULL THEN
            IF (SELECT list_count FROM totals) >= limits[3] THEN RETURN refused('lists'); END IF;
            UPDATE totals SET list_count = list_count + 1;
            UPDATE lists SET deletion = NULL WHERE id = list.id;
            result.list_change := 'made';
            before := list;
            before.todo_count := 0;
            before.completed_count := 0;
            before.title_bytes := 0;
            before.revision := greatest(list.revision, last_revision(list.name));
          ELSE
            -- Another of its name has been made since: what was in this one comes to its end.
            old := list;
            list := before;
            list.todo_count := list.todo_count + old.todo_count;
            list.completed_count := list.completed_count + old.completed_count;
            list.title_bytes := list.title_bytes + old.title_bytes;
            refusal := want_of_room(list, before, limits);
            IF refusal IS NOT NULL THEN RETURN refused(refusal); END IF;
            last := last_todo(list.id);
            PERFORM renumber(source, end_position(list.id));
          END IF;
          SELECT array_agg(id ORDER BY position, id), array_agg(title ORDER BY position, id),
            array_agg(completed ORDER BY position, id)
          INTO result.ids, result.titles, result.states
          FROM todos WHERE todos.list = source AND deletion IS NULL;
          result.kind := 'inserted';
          result.places := (last || result.ids)[1:cardinality(result.ids)];
          IF old.id IS NOT NULL THEN
            UPDATE todos SET list = before.id WHERE todos.list = source;
            UPDATE deletions SET list = before.id WHERE deletions.list = source;
            DELETE FROM lists WHERE id = source;
          END IF;
        END IF;
        DELETE FROM deletions WHERE id = gone.id;
        UPDATE totals SET deletion_count = deletion_count - 1, deleted_todo_count = deleted_todo_count - gone.size;
        RETURN changed(list, before, result);
      END $$;

      """#
  }
#endif
