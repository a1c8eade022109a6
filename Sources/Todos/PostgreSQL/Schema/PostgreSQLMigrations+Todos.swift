#if PostgreSQL
  extension PostgreSQLMigrations {
    /// The commands on one list's todos.
    static let todoCommands = #"""
      -- The commands on one list's todos.
      CREATE FUNCTION add_todos(
        list_name text, list_title text, new_titles text[], new_states boolean[], limits bigint[]
      ) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists;
        result outcome;
        refusal text;
        last bigint;
        first_position bigint;
      BEGIN
        IF before.id IS NULL THEN
          PERFORM lock_totals();
          -- Another server may have made it meanwhile.
          before := find_list(list_name);
        END IF;
        IF before.id IS NULL THEN
          IF (SELECT list_count FROM totals) >= limits[3] THEN RETURN refused('lists'); END IF;
          result.list_change := 'made';
          before.name := list_name;
          before.title := list_title;
          before.revision := last_revision(list_name);
          before.todo_count := 0;
          before.completed_count := 0;
          before.title_bytes := 0;
        ELSIF cardinality(new_titles) = 0 THEN
          RETURN unchanged(before);
        END IF;
        list := before;
        list.todo_count := list.todo_count + cardinality(new_titles);
        list.completed_count := list.completed_count + cardinality(array_positions(new_states, true));
        list.title_bytes := list.title_bytes + coalesce((SELECT sum(octet_length(t)) FROM unnest(new_titles) AS t), 0);
        refusal := want_of_room(list, before, limits);
        IF refusal IS NOT NULL THEN RETURN refused(refusal); END IF;
        IF list.id IS NULL THEN
          UPDATE totals SET list_count = list_count + 1;
          INSERT INTO lists (name, title, revision) VALUES (list.name, list.title, 0) RETURNING id INTO list.id;
          first_position := 4294967296;
        ELSE
          last := last_todo(list.id);
          first_position := end_position(list.id);
        END IF;
        WITH added AS (
          INSERT INTO todos (list, title, completed, position)
          SELECT list.id, title, state, first_position + (number - 1) * 4294967296
          FROM unnest(new_titles, new_states) WITH ORDINALITY AS new (title, state, number) ORDER BY number
          RETURNING id, position
        ) SELECT array_agg(id ORDER BY position) FROM added INTO result.ids;
        result.ids := coalesce(result.ids, '{}');
        result.kind := 'inserted';
        result.titles := new_titles;
        result.states := new_states;
        result.places := (last || result.ids)[1:cardinality(result.ids)];
        result.added := result.ids[cardinality(result.ids)];
        RETURN changed(list, before, result);
      END $$;

      CREATE FUNCTION find_todo(list lists, todo_id bigint) RETURNS todos LANGUAGE plpgsql AS $$
      DECLARE found todos;
      BEGIN
        SELECT * INTO found FROM todos WHERE id = todo_id AND todos.list = list.id AND deletion IS NULL;
        RETURN found;
      END $$;

      CREATE FUNCTION complete_todo(list_name text, todo_id bigint, wanted boolean)
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists := before;
        todo todos;
        result outcome;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        todo := find_todo(list, todo_id);
        IF todo.id IS NULL THEN RETURN refused('todo'); END IF;
        IF todo.completed = wanted THEN RETURN unchanged(list); END IF;
        todo.completed := NOT todo.completed;
        UPDATE todos SET completed = todo.completed WHERE id = todo_id;
        list.completed_count := list.completed_count + CASE WHEN todo.completed THEN 1 ELSE -1 END;
        RETURN changed(list, before, with_todo(result, 'updated', todo, todo_before(todo)));
      END $$;

      CREATE FUNCTION complete_all(list_name text, wanted boolean) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists := before;
        result outcome;
        chosen bigint[];
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        wanted := coalesce(wanted, list.completed_count < list.todo_count);
        IF list.completed_count = (CASE WHEN wanted THEN list.todo_count ELSE 0 END) THEN
          RETURN unchanged(list);
        END IF;
        WITH updated AS (
          UPDATE todos SET completed = wanted WHERE todos.list = before.id AND deletion IS NULL AND completed <> wanted
          RETURNING id
        ) SELECT array_agg(id) FROM updated INTO chosen;
        list.completed_count := CASE WHEN wanted THEN list.todo_count ELSE 0 END;
        RETURN changed(list, before, with_todos(result, 'updated', list.id, chosen, list.todo_count));
      END $$;

      CREATE FUNCTION edit_todo(list_name text, todo_id bigint, new_title text, limits bigint[])
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        before lists := find_list(list_name);
        list lists := before;
        todo todos;
        result outcome;
        refusal text;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        todo := find_todo(list, todo_id);
        IF todo.id IS NULL THEN RETURN refused('todo'); END IF;
        IF todo.title = new_title THEN RETURN unchanged(list); END IF;
        list.title_bytes := list.title_bytes + octet_length(new_title) - octet_length(todo.title);
        refusal := want_of_room(list, before, limits);
        IF refusal IS NOT NULL THEN RETURN refused(refusal); END IF;
        todo.title := new_title;
        UPDATE todos SET title = new_title WHERE id = todo_id;
        RETURN changed(list, before, with_todo(result, 'updated', todo, todo_before(todo)));
      END $$;

      -- Moves a todo to behind another one, to the front, or to be the one of a number.
      CREATE FUNCTION move_todo(list_name text, todo_id bigint, other bigint, number bigint)
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        list lists := find_list(list_name);
        list_id bigint := list.id;
        todo todos;
        result outcome;
        free bigint;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        todo := find_todo(list, todo_id);
        IF todo.id IS NULL THEN RETURN refused('todo'); END IF;
        IF number > 1 AND list.todo_count > 1 THEN
          SELECT id INTO other FROM todos WHERE todos.list = list_id AND deletion IS NULL AND id <> todo_id
          ORDER BY position, id LIMIT 1 OFFSET least(number, list.todo_count) - 2;
        ELSIF other IS NOT NULL AND (find_todo(list, other)).id IS NULL THEN
          RETURN refused('other');
        END IF;
        IF other = todo_id OR todo_before(todo) IS NOT DISTINCT FROM other THEN RETURN unchanged(list); END IF;
        free := free_position(list.id, other);
        IF free IS NULL THEN
          PERFORM renumber(list.id, 0);
          free := free_position(list.id, other);
        END IF;
        UPDATE todos SET position = free WHERE id = todo_id;
        RETURN changed(list, list, with_todo(result, 'moved', todo, other));
      END $$;

      """#
  }
#endif
