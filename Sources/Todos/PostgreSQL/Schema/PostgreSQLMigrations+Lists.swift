#if PostgreSQL
  extension PostgreSQLMigrations {
    /// The commands on whole lists.
    static let listCommands = #"""
      -- A name for a list that no other has, nor a deleted one that can be brought back: the slug of its title, or the
      -- slug and a number. The step from one number to the next doubles as long as they are taken, and what lies
      -- between the last two is halved then, as `ListName.free` does.
      CREATE FUNCTION free_name(slug text, oldest double precision) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE
        low bigint := CASE WHEN slug IS NULL THEN 0 ELSE 1 END;
        step bigint := 1;
        high bigint;
        middle bigint;
      BEGIN
        IF slug IS NOT NULL AND NOT is_taken(slug, oldest) THEN RETURN slug; END IF;
        WHILE is_taken(numbered(slug, low + step), oldest) LOOP
          low := low + step;
          step := step * 2;
        END LOOP;
        high := low + step;
        WHILE high - low > 1 LOOP
          middle := (low + high) / 2;
          IF is_taken(numbered(slug, middle), oldest) THEN low := middle; ELSE high := middle; END IF;
        END LOOP;
        RETURN numbered(slug, high);
      END $$;

      CREATE FUNCTION numbered(slug text, number bigint) RETURNS text LANGUAGE sql AS $$
        SELECT rtrim(left(coalesce(slug, 'list'), 63 - length(number::text)), '-') || '-' || number
      $$;

      CREATE FUNCTION is_taken(list_name text, oldest double precision) RETURNS boolean LANGUAGE sql AS $$
        SELECT EXISTS (SELECT 1 FROM lists WHERE name = list_name AND deletion IS NULL) OR EXISTS (
          SELECT 1 FROM lists JOIN deletions ON deletions.id = lists.deletion
          WHERE name = list_name AND lists.deletion IS NOT NULL AND time >= oldest)
      $$;

      CREATE FUNCTION make_list(list_name text, slug text, new_title text, oldest double precision, limits bigint[])
      RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        list lists;
        result outcome;
      BEGIN
        PERFORM lock_totals();
        IF (SELECT list_count FROM totals) >= limits[3] THEN RETURN refused('lists'); END IF;
        list_name := coalesce(list_name, free_name(slug, oldest));
        INSERT INTO lists (name, title, revision) VALUES (list_name, new_title, last_revision(list_name))
        RETURNING * INTO list;
        UPDATE totals SET list_count = list_count + 1;
        result.list_change := 'made';
        RETURN changed(list, list, result);
      END $$;

      CREATE FUNCTION rename_list(list_name text, new_title text) RETURNS outcome LANGUAGE plpgsql AS $$
      DECLARE
        list lists := find_list(list_name);
        result outcome;
      BEGIN
        IF list.id IS NULL THEN RETURN refused('list'); END IF;
        IF list.title = new_title THEN RETURN unchanged(list); END IF;
        UPDATE lists SET title = new_title WHERE id = list.id;
        list.title := new_title;
        result.list_change := 'renamed';
        RETURN changed(list, list, result);
      END $$;

      """#
  }
#endif
