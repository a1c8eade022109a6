"""A database that is locked, full, broken, gone or of another kind: 503 with the reason, and on as soon as it is mended.

No stream is left with an old state: what was stored while reading failed is shown when reading works again.
"""

import contextlib
import os
import pathlib
import resource
import sqlite3
import subprocess
import time

import pytest
from todoserver import PROGRAM, ROOT, Server


@contextlib.contextmanager
def stream(server, name):
    """An open stream of a list; calling it waits until a text has come, and answers all that has come so far."""
    with server.connect() as connection:
        connection.sendall(f"GET /subscribe/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = bytearray()

        def wait_for(text):
            while text.encode() not in received:
                part = connection.recv(65536)
                assert part, f"the stream ended before {text!r} came"
                received.extend(part)
            return bytes(received)

        wait_for("event: ")
        yield wait_for


def assert_sound(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def refused_start(database, *arguments):
    """What a server that does not start says."""
    process = subprocess.run(
        [*arguments, PROGRAM, "--port", "0", "--database", database], env={**os.environ, "TODO_ROOT": str(ROOT)},
        capture_output=True, text=True, timeout=20)
    assert process.returncode == 1 and process.stderr.count("\n") == 1
    return process.stderr


def assert_unavailable(answer, reason):
    assert answer == (503, f"the database is not available: {reason}\n")


def test_a_locked_database_is_503_until_it_is_released(server):
    server.post("/todos/a", newTodo="before")
    with stream(server, "a") as wait_for, contextlib.closing(sqlite3.connect(server.database)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        assert_unavailable(server.post("/todos/a", newTodo="during"), "database is locked")
        assert server.todos("a") == ["before"]
        assert server.get("/lists/a")[0] == 200
        other.execute("COMMIT")
        assert server.post("/todos/a", newTodo="after")[0] == 201
        wait_for("<label>after</label>")
    assert server.todos("a") == ["before", "after"]


def test_what_cannot_be_written_is_503_until_it_can(start):
    server = start("--log-level", "trace")
    server.post("/todos/a", newTodo="before")
    with stream(server, "a") as wait_for:
        # The kernel refuses each write to a file, the log's included, as a broken disk would.
        _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        status, reason = server.post("/todos/a", newTodo="during")
        assert status == 503 and reason.startswith("the database is not available: ") and reason.count("\n") == 1
        assert server.get("/readyz")[0] == 503
        assert server.get("/healthz")[0] == 200
        assert server.todos("a") == ["before"]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert server.post("/todos/a", newTodo="after")[0] == 201
        wait_for("<label>after</label>")
    assert server.get("/readyz")[0] == 200
    assert server.todos("a") == ["before", "after"]
    server.stop()
    assert_sound(server.database)


def test_a_full_disk_is_503_until_there_is_room(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    # A disk of its own, seen by the server alone and through its eyes.
    server = Server(folder, within=[
        "unshare", "--map-root-user", "--mount", "sh", "-c",
        f'mount -t tmpfs -o size=1m none {folder} && cd {folder} && exec "$@"', "sh"]).start()
    disk = pathlib.Path(f"/proc/{server.process.pid}/root{folder}")
    filler = disk / "filler"
    try:
        server.post("/todos/a", newTodo="before")
        with stream(server, "a") as wait_for:
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            accepted, answer = 0, (201, "")
            while answer[0] == 201:
                answer = server.post("/todos/a", newTodo=f"during {accepted}")
                accepted += answer[0] == 201
            assert_unavailable(answer, "database or disk is full")
            assert len(server.todos("a")) == 1 + accepted
            assert server.get("/lists/a")[0] == 200
            filler.unlink()
            assert server.post("/todos/a", newTodo="after")[0] == 201
            wait_for("<label>after</label>")
        assert len(server.todos("a")) == 2 + accepted
        assert_sound(disk / "todos.sqlite")
    finally:
        server.stop()


def overwrite(path, content):
    with path.open("r+b") as file:
        file.write(content)


def test_a_corrupt_database_is_503_until_it_is_mended(server):
    for number in range(300):
        server.post("/todos/a", newTodo=f"{number} " + 300 * "x")
    with contextlib.closing(sqlite3.connect(server.database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    expected = server.todos("a")
    with stream(server, "a") as wait_for:
        whole = server.database.read_bytes()
        # All but the page with the schema, of which every connection has read what it needs.
        overwrite(server.database, whole[:4096] + os.urandom(len(whole) - 4096))
        statuses = set()
        for _ in range(20):
            statuses.add(server.get("/lists/a.json")[0])
            statuses.add(server.post("/todos/a/1/toggle", completed=True)[0])
            statuses.add(server.get("/lists/a")[0])
        assert statuses <= {200, 204, 503} and 503 in statuses
        assert server.get("/healthz")[0] == 200
        overwrite(server.database, whole)
        # What is right is shown again without a new start.
        for _ in range(100):
            if server.get("/lists/a.json")[0] == 200:
                break
            time.sleep(0.05)
        assert server.todos("a") == expected
        assert server.post("/todos/a", newTodo="after")[0] == 201
        wait_for("<label>after</label>")
        assert server.todos("a") == [*expected, "after"]


def test_a_file_that_is_no_database_is_refused_at_the_start(tmp_path):
    (tmp_path / "todos.sqlite").write_bytes(os.urandom(20_000))
    assert "file is not a database" in refused_start(tmp_path / "todos.sqlite")


def test_a_database_of_a_newer_version_is_refused_at_the_start(server):
    server.stop()
    with contextlib.closing(sqlite3.connect(server.database)) as other:
        other.execute("INSERT INTO grdb_migrations VALUES ('99: from the future')")
        other.commit()
    assert refused_start(server.database).endswith("a newer version of this program has written it\n")


def test_a_database_on_a_disk_that_cannot_be_written_is_refused_at_the_start(server):
    server.stop()
    folder = server.database.parent
    read_only = f'mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} && exec "$@"'
    said = refused_start(server.database, "unshare", "--map-root-user", "--mount", "sh", "-c", read_only, "sh")
    assert "cannot open the database" in said and ("readonly" in said or "can it be written?" in said)


@pytest.mark.parametrize("gone", ["folder", "file"])
def test_a_database_that_is_deleted_crashes_nothing(server, gone):
    server.post("/todos/a", newTodo="before")
    for path in server.database.parent.glob("todos.sqlite*" if gone == "folder" else "todos.sqlite"):
        path.unlink()
    for _ in range(10):
        assert server.post("/todos/a", newTodo="x")[0] in (201, 503)
        assert server.get("/lists/a.json")[0] in (200, 503)
    assert server.get("/healthz")[0] == 200
