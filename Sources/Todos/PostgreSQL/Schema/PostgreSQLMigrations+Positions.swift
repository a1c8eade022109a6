#if PostgreSQL
  extension PostgreSQLMigrations {
    /// Where todos stand in their list.
    static let positions = #"""
      -- Where todos stand: integers with gaps, so that a move rewrites one row. What is deleted keeps its position.
      -- Positions beyond 2^61 are not given: a list that has come so far is numbered anew.
      CREATE FUNCTION renumber(list_id bigint, behind bigint) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE todos SET position = behind + place.number * 4294967296 FROM (
          SELECT id, row_number() OVER (ORDER BY position, id) AS number FROM todos WHERE list = list_id
        ) AS place WHERE place.id = todos.id;
      END $$;

      -- The first of any number of positions behind all others, each a gap behind the one before.
      CREATE FUNCTION end_position(list_id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE last bigint := (SELECT max(position) FROM todos WHERE list = list_id);
      BEGIN
        IF last > 2305843009213693952 THEN
          PERFORM renumber(list_id, 0);
          last := (SELECT max(position) FROM todos WHERE list = list_id);
        END IF;
        RETURN coalesce(last, 0) + 4294967296;
      END $$;

      -- A position between a todo, or the front, and what follows it; null when there is none left.
      CREATE FUNCTION free_position(list_id bigint, other bigint) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE
        lower bigint := (SELECT position FROM todos WHERE id = other);
        upper bigint := (
          SELECT min(position) FROM todos
          WHERE list = list_id AND position >= coalesce(lower, -9223372036854775808) AND id IS DISTINCT FROM other);
      BEGIN
        IF upper IS NULL THEN
          RETURN CASE WHEN lower > 2305843009213693952 THEN NULL ELSE coalesce(lower, 0) + 4294967296 END;
        ELSIF lower IS NULL THEN
          RETURN CASE WHEN upper < -2305843009213693952 THEN NULL ELSE upper - 4294967296 END;
        END IF;
        RETURN CASE WHEN upper - lower > 1 THEN lower + (upper - lower) / 2 END;
      END $$;

      -- The todo that one stands after.
      CREATE FUNCTION todo_before(todo todos) RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN
        RETURN (
          SELECT id FROM todos WHERE list = todo.list AND deletion IS NULL AND (position, id) < (todo.position, todo.id)
          ORDER BY position DESC, id DESC LIMIT 1
        );
      END $$;

      CREATE FUNCTION last_todo(list_id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
      BEGIN
        RETURN (SELECT id FROM todos WHERE list = list_id AND deletion IS NULL ORDER BY position DESC, id DESC LIMIT 1);
      END $$;

      -- Puts one todo into an outcome.
      CREATE FUNCTION with_todo(result outcome, new_kind text, todo todos, place bigint)
      RETURNS outcome LANGUAGE plpgsql AS $$
      BEGIN
        result.kind := new_kind;
        result.ids := ARRAY[todo.id];
        result.titles := ARRAY[todo.title];
        result.states := ARRAY[todo.completed];
        result.places := ARRAY[place];
        RETURN result;
      END $$;

      -- Puts some todos of a list into an outcome, with where they stand now.
      CREATE FUNCTION with_todos(result outcome, new_kind text, list_id bigint, chosen bigint[], total bigint)
      RETURNS outcome LANGUAGE plpgsql AS $$
      BEGIN
        result.kind := new_kind;
        -- To find one by index costs about as much as to pass ten.
        IF cardinality(chosen) * 10 <= total THEN
          SELECT array_agg(t.id ORDER BY t.position, t.id), array_agg(t.title ORDER BY t.position, t.id),
            array_agg(t.completed ORDER BY t.position, t.id), array_agg(todo_before(t) ORDER BY t.position, t.id)
          INTO result.ids, result.titles, result.states, result.places FROM todos AS t WHERE t.id = ANY (chosen);
        ELSE
          SELECT array_agg(id ORDER BY position, id), array_agg(title ORDER BY position, id),
            array_agg(completed ORDER BY position, id), array_agg(place ORDER BY position, id)
          INTO result.ids, result.titles, result.states, result.places FROM (
            SELECT id, title, completed, position, lag(id) OVER (ORDER BY position, id) AS place
            FROM todos WHERE list = list_id AND deletion IS NULL
          ) AS all_of_them JOIN unnest(chosen) AS wanted ON wanted = id;
        END IF;
        RETURN result;
      END $$;

      """#
  }
#endif
