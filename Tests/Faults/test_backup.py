"""A backup that is made while the server is used is sound, whole, can be put back and served; every wrong way to put one
back is refused with what to do, and changes nothing."""

import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest
from disks import SMALL_DISK
from streams import stored
from todoserver import PROGRAM, Server
from writers import Writer, Writers


NAMES = ["red", "green", "blue", "cyan", "pink", "gold", "grey", "teal"]


def by_sqlite(server, copy):
    with contextlib.closing(sqlite3.connect(server.database)) as source:
        with contextlib.closing(sqlite3.connect(copy)) as target:
            source.backup(target)


def by_command(server, copy):
    told("backup", copy, "--database", server.database)


def told(*arguments):
    """Runs the program and answers what it says; fails where the program does."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(*arguments):
    """Runs the program, which is to fail, and answers its reason, which is one line."""
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("back_up", [by_sqlite, by_command])
def test_a_backup_made_under_load_is_one_moment_and_can_be_served(server, tmp_path, back_up):
    folder = tmp_path / "backup"
    folder.mkdir()
    writers = [Writer(server, name, seed=1) for name in NAMES]
    with Writers(writers):
        time.sleep(0.5)
        acknowledged = [len(writer.history) for writer in writers]
        back_up(server, folder / "todos.sqlite")
        with contextlib.closing(sqlite3.connect(folder / "todos.sqlite")) as copy:
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


# MARK: Put back


@pytest.fixture
def copy(server, tmp_path):
    """A backup of a list with Milk in it, which has Tea as well since, while the server runs."""
    server.post("/todos/a", newTodo="Milk")
    by_command(server, tmp_path / "copy")
    server.post("/todos/a", newTodo="Tea")
    return tmp_path / "copy"


def restore(server, copy, *options):
    return told("restore", copy, "--database", server.database, *options)


def test_a_backup_is_put_back_and_what_was_there_is_kept(server, copy):
    server.stop()
    said = restore(server, copy)
    kept = server.database.with_name("todos.sqlite.replaced")
    assert said == f"{server.database} has 1 list with 1 todo; what was there is now {kept}\n"
    server.start()
    assert server.todos("a") == ["Milk"]
    assert server.post("/todos/a", newTodo="Bread")[0] == 201
    server.stop()
    # And back.
    restore(server, kept, "--complete")
    server.start()
    assert server.todos("a") == ["Milk", "Tea"]


def test_the_log_of_a_killed_server_does_not_ruin_what_is_put_back(server, copy):
    server.stop(by=signal.SIGKILL)
    assert server.database.with_name("todos.sqlite-wal").stat().st_size > 0
    restore(server, copy)
    server.start()
    assert server.todos("a") == ["Milk"]
    server.stop()
    # With its log, what was there is whole as well.
    restore(server, server.database.with_name("todos.sqlite.replaced"), "--complete")
    server.start()
    assert server.todos("a") == ["Milk", "Tea"]


def test_nothing_is_put_in_the_place_of_a_database_that_a_server_has_open(server, copy):
    reason = refused("restore", copy, "--database", server.database)
    assert f"process {server.process.pid} has {server.database} open: stop every server first" in reason
    assert server.todos("a") == ["Milk", "Tea"]


def test_a_plain_copy_of_a_file_in_use_is_not_taken_for_a_backup(server, copy, tmp_path):
    shutil.copy(server.database, tmp_path / "plain")
    server.stop()
    reason = refused("restore", tmp_path / "plain", "--database", server.database)
    assert "may lack the latest changes" in reason and "todo-server backup" in reason
    server.start()
    assert server.todos("a") == ["Milk", "Tea"]


def test_what_is_no_sound_database_of_todo_lists_is_not_put_back(server, copy, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.write_bytes(copy.read_bytes()[:20_000])
    other = tmp_path / "other"
    with contextlib.closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE recipes (id)")
    newer = tmp_path / "newer"
    shutil.copy(copy, newer)
    with contextlib.closing(sqlite3.connect(newer)) as database, database:
        database.execute("INSERT INTO grdb_migrations VALUES ('99: tomorrow')")
    text = tmp_path / "text"
    text.write_text("Milk\n" * 100)
    server.stop()
    for file, why in {
        damaged: "malformed", other: "no database of todo lists", newer: "a newer version of this program",
        text: "not a database", tmp_path / "missing": "there is no file",
    }.items():
        assert why in refused("restore", file, "--database", server.database)
    assert sorted(path.name for path in server.database.parent.glob("todos.sqlite*")) == ["todos.sqlite"]
    server.start()
    assert server.todos("a") == ["Milk", "Tea"]


def test_a_backup_takes_no_other_files_place_and_is_of_a_database_that_is_there(server, copy, tmp_path):
    before = copy.read_bytes()
    assert "is there already" in refused("backup", copy, "--database", server.database)
    assert copy.read_bytes() == before
    assert "there is no database" in refused("backup", tmp_path / "new", "--database", tmp_path / "missing")
    assert "make the folder" in refused("backup", tmp_path / "no folder/new", "--database", server.database)
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_puts_back_is_the_owners_of_what_was_there(server, copy):
    server.stop()
    os.chown(server.database, 65534, 65534)
    restore(server, copy)
    assert (server.database.stat().st_uid, server.database.stat().st_mode & 0o777) == (65534, 0o600)


# MARK: What stands in the way


@pytest.fixture
def files(server, copy):
    """The files around a database whose server has stopped, which are to be the same afterwards, byte for byte."""
    server.stop()
    folder = server.database.parent
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path != server.log}
    yield folder
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path != server.log}
    assert after == before


def test_what_is_no_file_is_neither_copied_nor_replaced(server, copy, files, tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path in [tmp_path / "folder", tmp_path / "pipe", "/dev/null"]:
        assert f"{path} is no file" in refused("restore", copy, "--database", path)
        assert f"{path} is no file" in refused("restore", path, "--database", server.database)
        assert f"{path} is no file" in refused("backup", tmp_path / "new", "--database", path)


def test_a_database_is_not_taken_for_a_copy_of_itself(server, copy, files):
    assert "is the database itself" in refused("restore", server.database, "--database", server.database)


def test_the_log_of_another_database_is_not_mixed_into_a_copy(server, copy, tmp_path):
    server.stop(by=signal.SIGKILL)
    shutil.copy(server.database.with_name("todos.sqlite-wal"), tmp_path / "copy-wal")
    assert "is the log of another database" in refused("restore", copy, "--database", server.database, "--complete")
    copy.unlink()
    assert "copy-wal is there already" in refused("backup", copy, "--database", server.database)


def test_what_has_no_room_says_so_and_leaves_nothing(server, copy, tmp_path):
    server.stop()
    small = tmp_path / "small"
    small.mkdir()
    within = [*SMALL_DISK, small, "sh", "-c", 'dd if=/dev/zero of="$0/filler" 2>/dev/null; "$@"; ls "$0" >&2', small]
    for arguments in [["backup", small / "new", "--database", server.database],
                      ["restore", copy, "--database", small / "todos.sqlite"]]:
        done = subprocess.run([*within, PROGRAM, *arguments], capture_output=True, text=True)
        assert "is full" in done.stderr and done.stderr.endswith("\nfiller\n"), done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is somebody else")
def test_who_may_not_give_the_database_back_to_its_owner_changes_nothing(server, copy):
    server.stop()
    # A folder that all may write, as for a service and its administrators; the tests' own are for one user alone.
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o777)
        database, backup = folder / "todos.sqlite", folder / "copy"
        shutil.copy(server.database, database)
        shutil.copy(copy, backup)
        os.chown(database, 65533, 65533)
        os.chown(backup, 65534, 65534)
        done = subprocess.run(
            ["setpriv", "--reuid", "65534", "--clear-groups", PROGRAM, "restore", backup, "--database", database],
            capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{database} belongs to uid 65533, and this process runs as uid 65534" in done.stderr
        assert sorted(path.name for path in folder.iterdir()) == ["copy", "todos.sqlite"]
        assert database.read_bytes() == server.database.read_bytes()


def test_a_database_behind_a_link_is_served_backed_up_and_put_back_where_it_is(server, copy, tmp_path):
    server.stop()
    real = tmp_path / "elsewhere.sqlite"
    server.database.rename(real)
    server.database.symlink_to(real.name)
    server.start()
    assert server.post("/todos/a", newTodo="Bread")[0] == 201
    told("backup", tmp_path / "second", "--database", server.database)
    server.stop()
    restore(server, copy)
    assert server.database.is_symlink() and (tmp_path / "elsewhere.sqlite.replaced").exists()
    server.start()
    assert server.todos("a") == ["Milk"]


def test_a_database_that_a_link_leads_to_is_made_for_its_owner_alone(tmp_path):
    (tmp_path / "todos.sqlite").symlink_to("new.sqlite")
    server = Server(tmp_path).start()
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o777 == 0o600
    assert server.stop() == 0
