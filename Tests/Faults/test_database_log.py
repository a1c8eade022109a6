"""SQLite's log, which another program keeps large by reading for long."""

import asyncio
import contextlib
import os
import sqlite3

from streams import until

MANY = "".join(f"- [ ] {number} {'x' * 180}\n" for number in range(5000))


def size(server):
    return os.path.getsize(f"{server.database}-wal")


def test_the_log_is_small_again_after_a_long_read(start):
    server = start()
    server.post("/todos/a", newTodo="milk")
    with contextlib.closing(sqlite3.connect(server.database)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM todos").fetchone() == (1,)
        for number in range(10):
            answer = server.request("POST", f"/lists/{number}/import", MANY, {"Content-Type": "text/markdown"})
            assert answer[0] == 201
        assert size(server) > 10_000_000
        assert server.figure("todo_database_log_bytes") == size(server)
        # As it was when the read began.
        assert other.execute("SELECT count(*) FROM todos").fetchone() == (1,)
    # With no command that would begin the log anew.
    asyncio.run(until(lambda: size(server) < 1_000_000, 10, "that the log is small again"))
    asyncio.run(until(lambda: server.figure("todo_database_log_truncations_total") > 0, 10, "that this is counted"))
    assert server.post("/todos/a", newTodo="tea")[0] == 201
    assert server.todos("a") == ["milk", "tea"]
    assert len(server.todos("9")) == 5000
