"""A backup that SQLite makes while the server is used is sound, whole and can be served."""

import contextlib
import sqlite3
import time

from streams import stored
from todoserver import Server
from writers import Writer, Writers


def test_a_backup_made_under_load_is_one_moment_and_can_be_served(server, tmp_path):
    folder = tmp_path / "backup"
    folder.mkdir()
    writers = [Writer(server, name, seed=1) for name in ["red", "green", "blue"]]
    with Writers(writers):
        time.sleep(0.5)
        acknowledged = [len(writer.history) for writer in writers]
        with contextlib.closing(sqlite3.connect(server.database)) as source:
            with contextlib.closing(sqlite3.connect(folder / "todos.sqlite")) as copy:
                source.backup(copy)
                assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        time.sleep(0.2)
    assert all(len(writer.history) > count > 10 for writer, count in zip(writers, acknowledged, strict=True))
    restored = Server(folder).start()
    try:
        for writer, count in zip(writers, acknowledged, strict=True):
            # All that was acknowledged before, and of what came meanwhile the first commands and no others.
            assert stored(restored, writer.name) in writer.history[count - 1:]
            assert stored(server, writer.name) == writer.history[-1]
        assert restored.post("/todos/red", newTodo="one more")[0] == 201
    finally:
        assert restored.stop() == 0
