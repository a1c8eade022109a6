"""A database that is locked, full, damaged or gone: commands are refused with a reason, all else goes on, and open
streams show the stored state when the fault has passed."""

import concurrent.futures
import contextlib
import itertools
import os
import pathlib
import random
import re
import resource
import shutil
import sqlite3
import time

import pytest
from disks import FULL_DISK, READ_ONLY, SMALL_DISK, filled, folder, moved_elsewhere
from streams import Follower, stored
from todoserver import Server


@pytest.fixture
def server(tmp_path):
    """A server that has not been started, with a folder for its database alone."""
    server = Server(tmp_path)
    server.database = tmp_path / "data/todos.sqlite"
    server.database.parent.mkdir()
    yield server
    if server.is_running():
        assert server.stop() == 0


def is_unavailable(answer, reason):
    """Whether a command was refused for a reason, in one line."""
    return answer[0] == 503 and bool(re.fullmatch(rf"the database is not available: [^\n]*{reason}[^\n]*\n", answer[1]))


def add_many(server, name, count):
    """Adds todos by a few commands."""
    for start in range(0, count, 500):
        lines = [f"- [ ] {name} {number}" for number in range(start, min(count, start + 500))]
        answer = server.request("POST", f"/lists/{name}/import", "\n".join(lines), {"Content-Type": "text/markdown"})
        assert answer[0] == 201


def refusal(server):
    """What a server says that ends instead of starting."""
    with pytest.raises(RuntimeError, match="status 1:"):
        server.start()
    return server.log.read_text()


def is_refusal(text, reason):
    return bool(re.fullmatch(rf'time=\S+ level=critical msg="cannot open the database \S+: [^\n]*{reason}[^\n]*" version=\S+\n', text))


# MARK: Locked


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_database_refuses_commands_until_it_is_free(server, lock):
    server.start()
    server.post("/todos/a", newTodo="milk")
    with Follower(server, "a") as stream, contextlib.closing(sqlite3.connect(server.database)) as other:
        assert stream.shows(["milk"])
        other.execute(f"BEGIN {lock}")
        with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
            answers = list(pool.map(lambda number: server.post("/todos/a", newTodo=str(number)), range(8)))
        assert all(is_unavailable(answer, "locked") for answer in answers)
        assert server.get("/lists/a")[0] == 200
        assert server.todos("a") == ["milk"]
        with Follower(server, "a") as late:
            assert late.shows(["milk"])
        other.rollback()
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        assert stream.shows(["milk", "tea"])


# MARK: Full and read-only


def test_a_disk_that_cannot_be_written_refuses_commands_until_it_can(server):
    server.start()
    server.post("/todos/a", newTodo="milk")
    with Follower(server, "a") as stream:
        assert stream.shows(["milk"])
        # The kernel refuses each write to a file, the log's included, as a broken disk would.
        _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        assert is_unavailable(server.post("/todos/a", newTodo="lost"), "")
        assert server.get("/readyz")[0] == 503
        assert server.get("/healthz") == (200, "ok\n")
        assert server.todos("a") == ["milk"]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        assert stream.shows(["milk", "tea"])
        assert server.get("/readyz")[0] == 200


def test_a_full_disk_refuses_commands_until_there_is_room(server):
    moved_elsewhere(server, SMALL_DISK)
    server.start()
    server.post("/todos/a", newTodo="milk")
    with Follower(server, "a") as stream:
        assert stream.shows(["milk"])
        with filled(server):
            before = stored(server, "a")
            with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
                answers = list(pool.map(lambda number: server.post("/todos/a", newTodo=400 * str(number)), range(8)))
            assert all(is_unavailable(answer, "full") for answer in answers), answers
            # One command that is many changes.
            large = "".join(f"- [ ] {number}\n" for number in range(2000))
            answer = server.request("POST", "/lists/a/import", large, {"Content-Type": "text/markdown"})
            assert is_unavailable(answer, "full")
            assert stored(server, "a") == before
            assert server.get("/")[0] == server.get("/lists/a")[0] == server.get("/lists/new")[0] == 200
            with Follower(server, "a") as late:
                assert late.shows(["milk"])
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        assert stream.shows(["milk", "tea"])
    with contextlib.closing(sqlite3.connect(folder(server) / server.database.name)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_start_on_a_read_only_disk_is_refused(server, is_there):
    if is_there:
        server.start().stop()
    moved_elsewhere(server, READ_ONLY)
    written = server.log.stat().st_size if is_there else 0
    said = refusal(server)[written:]
    assert is_refusal(said, "(readonly|unable to open)") and f"{server.database.parent} cannot be written: read-only" in said


def test_a_start_on_a_full_disk_says_so(server):
    moved_elsewhere(server, FULL_DISK)
    assert is_refusal(refusal(server), f"; the disk of {server.database.parent} is full: make room there")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_start_on_a_file_of_somebody_else_says_whose_it_is(server, suffix):
    server.start()
    server.post("/todos/a", newTodo="milk")
    server.process.kill()
    server.process.wait()
    written = server.log.stat().st_size
    file = server.database.with_name(server.database.name + suffix)
    os.chown(file, 12345, 12345)
    # Without root's right to write any file.
    server.within = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    said = refusal(server)[written:]
    assert is_refusal(said, rf"{file} belongs to uid 12345 with mode 600, and this process runs as uid 0 \(root\): .*chown")


def test_a_start_in_a_folder_that_is_missing_says_so(server):
    server.database.parent.rmdir()
    server.popen = {"cwd": "/"}
    assert is_refusal(refusal(server), f"{server.database.parent} no such file or directory: make the folder")


@contextlib.contextmanager
def out_of_use(server, fault):
    """A database that cannot be written, as long as the block lasts."""
    match fault:
        case "full":
            with filled(server):
                yield
        case "locked":
            with contextlib.closing(sqlite3.connect(server.database)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield
        case "gone":
            server.database.rename(folder(server) / "elsewhere")
            yield
            (folder(server) / "elsewhere").rename(server.database)


@pytest.mark.parametrize("fault", ["full", "locked", "gone"])
def test_the_log_says_once_that_the_database_is_out_of_use_and_once_that_it_is_back(server, fault):
    if fault == "full":
        moved_elsewhere(server, SMALL_DISK)
    server.options = ["--log-level", "info"]
    server.start()
    assert server.post("/todos/a", newTodo="milk")[0] == 201
    errors = f'todo_store_errors_total{{cause="{fault}"}}'
    assert (server.figure("todo_store_up"), server.figure(errors)) == (1, 0)
    with out_of_use(server, fault):
        with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
            answers = list(pool.map(lambda number: server.post("/todos/a", newTodo=400 * str(number)), range(8)))
        assert {status for status, _ in answers} == {503}
        assert (server.figure("todo_store_up"), server.figure(errors)) == (0, 8)
    while server.figure("todo_store_up") == 0:
        time.sleep(0.05)
    assert server.post("/todos/a", newTodo="tea")[0] == 201
    while (log := server.log.read_text()).count(' msg="the database is ') < 2:  # the last is written a moment later
        time.sleep(0.01)
    reason = answers[0][1].removeprefix("the database is not available: ").strip()
    path = re.escape(str(server.database))
    assert re.findall(r" level=(\w+) msg=\"the database is ([\w ]+)", log) == [
        ("error", "not available"), ("notice", "available again")]
    assert re.search(rf' level=error [^\n]* database={path} reason="{reason}', log)
    assert len(re.findall(r' path=/todos/a reason="the database is not available: [^\n]* status=503\n', log)) == 8


# MARK: Damaged


def garbage(file, start):
    file.write(random.Random(1).randbytes(os.fstat(file.fileno()).st_size - start))


def zeros(file, start):
    file.write(bytes(os.fstat(file.fileno()).st_size - start))


def nothing(file, start):
    file.truncate(start)


@contextlib.contextmanager
def damaged(path, damage, start):
    """Damages a file from a place on, and puts its bytes back."""
    sound = path.read_bytes()[start:]
    with path.open("r+b", buffering=0) as file:
        file.seek(start)
        damage(file, start)
        yield
        file.seek(start)
        file.write(sound)


@pytest.mark.parametrize(
    ("damage", "suffix", "start"),
    [(garbage, "", 0), (zeros, "", 0), *itertools.product([garbage, zeros, nothing], [""], [4096]),
     *itertools.product([garbage, zeros, nothing], ["-wal"], [32])])
def test_a_damaged_file_makes_requests_unavailable_until_it_is_sound(server, damage, suffix, start):
    server.start()
    right = {name: [f"{name} {number}" for number in range(1000)] for name in "ab"}
    for name in "ab":
        add_many(server, name, 1000)
    if not suffix:
        # Out of the log into the file, which the server that starts then has not read.
        server.stop()
        server.start()
    with Follower(server, "a") as stream:
        assert stream.shows(right["a"])
        answers = []
        with damaged(pathlib.Path(f"{server.database}{suffix}"), damage, start):
            for number in range(3):
                answers.append(server.post("/todos/b", newTodo=f"tea {number}"))
                right["b"] += [f"tea {number}"] if answers[-1][0] == 201 else []
                for name in "ab":
                    answers += [server.get(f"/lists/{name}"), server.get(f"/lists/{name}.md")]
                    # What is in memory may be shown, and nothing else.
                    assert answers[-1][0] != 200 or re.findall(r"\] (.*)", answers[-1][1]) == right[name]
                answers.append(server.get("/"))
                assert server.get("/healthz") == (200, "ok\n")
        unavailable = [answer for answer in answers if answer[0] not in (200, 201)]
        assert unavailable, "the damage was not noticed"
        reasons = "(malformed|not a database|damaged|I/O)"
        assert [answer for answer in unavailable if not is_unavailable(answer, reasons)] == []
        for name in "ab":
            assert server.todos(name) == right[name]
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        assert stream.shows([*right["a"], "tea"])
        with Follower(server, "b") as other:
            assert other.shows(right["b"])
        assert server.get("/")[0] == server.get("/lists/a")[0] == 200


def head(server, path):
    """The status line of an answer that may go on for ever."""
    with server.connect() as connection, connection.makefile("rb") as answer:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return answer.readline().decode().split(" ", 2)[1]


def test_a_stream_whose_state_cannot_be_read_is_refused(server):
    server.start()
    assert server.post("/todos/a", newTodo="milk")[0] == 201
    paths = ["/subscribe", "/subscribe/a", "/subscribe/a?after=1", "/subscribe/a?after=1&once"]
    with contextlib.closing(sqlite3.connect(server.database)) as database:
        for table in ["lists", "changes"]:
            database.execute(f"ALTER TABLE {table} RENAME TO gone")
            shown = {path: head(server, path) for path in paths}
            assert shown == {path: "503" if (path == "/subscribe") == (table == "changes") else "200" for path in paths}
            database.execute(f"ALTER TABLE gone RENAME TO {table}")
    assert {head(server, path) for path in paths} == {"200"}


def test_an_emptied_file_makes_commands_unavailable_until_a_restart_on_a_sound_one(server):
    server.start()
    add_many(server, "a", 1000)
    server.stop()
    server.start()
    with damaged(server.database, nothing, 0):
        # Whoever opens a file that is empty deletes its log, so that nothing that is written now would be found again.
        with contextlib.closing(sqlite3.connect(server.database)) as other:
            other.execute("SELECT * FROM sqlite_master").fetchall()
        assert {server.post("/todos/a", newTodo="lost")[0] for _ in range(20)} == {503}
        assert {server.get(path)[0] for path in ["/", "/lists/a", "/lists/b"]} <= {200, 503}
        assert server.get("/healthz") == (200, "ok\n")
    assert server.post("/todos/a", newTodo="lost")[0] == 503
    assert server.stop() == 0
    server.start()
    assert server.todos("a") == [f"a {number}" for number in range(1000)]
    assert server.post("/todos/a", newTodo="tea")[0] == 201


@pytest.mark.parametrize(("start", "reason"), [(0, "not a database"), (4096, "damaged"), (-4096, "damaged")])
def test_a_start_on_a_damaged_file_is_refused(server, start, reason):
    server.start()
    add_many(server, "a", 2000)
    server.stop()
    server.log.unlink()
    with server.database.open("r+b") as file:
        file.seek(start, os.SEEK_SET if start >= 0 else os.SEEK_END)
        garbage(file, file.tell())
    assert is_refusal(refusal(server), reason)


def test_a_start_on_a_file_of_a_newer_version_is_refused(server):
    server.start().stop()
    server.log.unlink()
    with contextlib.closing(sqlite3.connect(server.database)) as database:
        database.execute("INSERT INTO grdb_migrations VALUES ('999: the future')")
        database.commit()
    assert is_refusal(refusal(server), "a newer version of this program has written it")


# MARK: Gone


def test_commands_are_refused_while_the_folder_is_gone(server):
    server.start()
    server.post("/todos/a", newTodo="milk")
    elsewhere = server.database.parent.with_name("elsewhere")
    with Follower(server, "a") as stream:
        assert stream.shows(["milk"])
        server.database.parent.rename(elsewhere)
        assert is_unavailable(server.post("/todos/a", newTodo="lost"), "gone")
        assert {server.get(path)[0] for path in ["/", "/lists/a", "/lists/b", "/lists/a.json"]} <= {200, 503}
        assert server.get("/healthz") == (200, "ok\n")
        elsewhere.rename(server.database.parent)
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        assert stream.shows(["milk", "tea"])
        # This time for good.
        shutil.rmtree(server.database.parent)
        with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
            answers = list(pool.map(lambda number: server.post("/todos/a", newTodo=str(number)), range(20)))
        assert all(is_unavailable(answer, "gone") for answer in answers)
        with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
            assert set(pool.map(lambda number: server.get(f"/lists/{number}")[0], range(60))) <= {200, 503}
        assert server.get("/healthz") == (200, "ok\n")
