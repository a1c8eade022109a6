"""scripts/copy carries all lists from a file to PostgreSQL and back, the same, and says what is in its way."""

import contextlib
import os
import shutil
import sqlite3
import subprocess

import pytest
from brokers import PostgreSQL
from todoserver import PROGRAM, PROGRAM_WITH_BROKERS, ROOT, Server

COUNT = int(os.environ.get("COUNT", "300"))  # lists; 10,000 are as many as there can be


@pytest.fixture
def database(tmp_path):
    if not PostgreSQL.is_here() or not os.path.exists(PROGRAM_WITH_BROKERS):
        pytest.skip(f"PostgreSQL is not here, or {PROGRAM_WITH_BROKERS} is not built")
    database = PostgreSQL(tmp_path).start()
    yield database
    database.kill()
    database.remove()


def copy(*arguments, program=PROGRAM_WITH_BROKERS):
    return subprocess.run(
        [ROOT / "scripts/copy", *arguments], env={**os.environ, "TODO_SERVER": program}, capture_output=True, text=True)


def rows(path):
    """All that a file has, table by table."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        names = [name for name, in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(file.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


@pytest.fixture
def filled(start):
    """A file with many lists, made by a server that has stopped."""
    server = start()
    for number in range(COUNT):
        name = f"list-{number}"
        body = "".join(f"- [{'x' if item % 3 == 0 else ' '}] {number}.{item} – Käse 🧀\n" for item in range(1 + number % 9))
        sent = server.request("POST", f"/lists/{name}/import", body.encode(), {"Content-Type": "text/markdown"})
        assert sent[0] == 201
    first, second = (todo["id"] for todo in server.exported("list-1"))
    assert server.post(f"/todos/list-1/{second}/move", after=None)[0] == 204
    assert server.post("/lists/list-2/rename", name="Größe")[0] == 204
    assert server.post(f"/todos/list-1/{first}/delete")[0] == 204
    assert server.post("/lists/list-3/delete")[0] == 204
    assert add_once(server) == 201
    server.exports = exports(server)
    assert server.stop() == 0
    return server


def add_once(server):
    """Sends the same command with the same key each time, and answers the status."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": "key", "Datastar-Request": "true"}
    return server.request("POST", "/todos/list-4", '{"newTodo":"once"}', headers)[0]


def exports(server):
    return {number: server.get(f"/lists/list-{number}.json") for number in range(COUNT)}


def test_all_lists_are_the_same_in_postgresql_and_back_in_a_file(filled, database, tmp_path):
    there = copy(filled.database, database.url)
    assert there.returncode == 0, there.stderr
    assert f"{COUNT - 1} lists with " in there.stdout and "right" not in there.stdout
    (tmp_path / "there").mkdir()
    server = Server(tmp_path / "there", database=database.url, program=PROGRAM_WITH_BROKERS).start()
    try:
        assert exports(server) == filled.exports
        # While it has the lists nobody carries them away.
        held = copy(database.url, tmp_path / "early.sqlite")
        assert held.returncode == 1 and "open: stop every server first" in held.stderr
    finally:
        assert server.stop() == 0
    back = copy(database.url, tmp_path / "back.sqlite")
    assert back.returncode == 0, back.stderr
    assert rows(tmp_path / "back.sqlite") == rows(filled.database)
    assert back.stdout.split("digest")[1] == there.stdout.split("digest")[1]
    assert not (tmp_path / "early.sqlite").exists()
    (tmp_path / "back").mkdir()
    server = Server(tmp_path / "back", database=tmp_path / "back.sqlite").start()
    try:
        assert exports(server) == filled.exports
        # What was done before can be undone, what was sent before is not carried out again, and nothing goes back.
        assert server.post("/undo/2")[0] == 204 and server.get("/lists/list-3.json")[0] == 200
        assert add_once(server) == 201 and server.todos("list-4").count("once") == 1
    finally:
        assert server.stop() == 0


def refused(*arguments, **options):
    done = copy(*arguments, **options)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("Error: ") and "secret" not in done.stderr
    return done.stderr


def test_what_is_in_the_way_is_said_and_nothing_is_changed(filled, database, tmp_path):
    full = tmp_path / "full.sqlite"
    shutil.copy(filled.database, full)
    before = full.read_bytes()
    assert f"{full} has lists in it already" in refused(filled.database, full)
    assert full.read_bytes() == before
    assert "cannot be copied to itself" in refused(full, full)
    assert f"there is no database {tmp_path / 'missing'}" in refused(tmp_path / "missing", tmp_path / "new")
    assert "make the folder" in refused(full, tmp_path / "no folder/new")
    text = tmp_path / "text"
    text.write_text("Milk\n" * 100)
    assert "not a database" in refused(text, tmp_path / "new")
    assert "not a database" in refused(full, text)
    assert "todo lists" in refused(database.url, tmp_path / "new")
    assert "password authentication failed" in refused(full, database.url.replace("right", "secret"))
    assert "does not exist" in refused(full, f"{database.url}-nowhere")
    assert "cannot open the database postgres://" in refused(full, "postgres://a:secret@[h/d")
    assert "/ as %2F" in refused(full, "postgres://a:secret/secret@h/d")
    assert not (tmp_path / "new").exists() and text.read_text() == "Milk\n" * 100
    filled.start()
    assert f"process {filled.process.pid} has {filled.database} open" in refused(filled.database, tmp_path / "new")


def test_a_build_without_postgresql_copies_files_and_says_how_to_have_it(filled, tmp_path):
    assert copy(filled.database, tmp_path / "new", program=PROGRAM).returncode == 0
    assert rows(tmp_path / "new") == rows(filled.database)
    assert "swift build --traits PostgreSQL" in refused(filled.database, "postgres://a:secret@b/c", program=PROGRAM)


@pytest.mark.parametrize("scheme", ["postgre", "Postgres", "mysql"])
def test_a_scheme_that_is_not_known_is_no_file_and_nothing_behind_it_is_shown(scheme):
    address = f"{scheme}://a:secret@h/d"
    words = f"{scheme}://… is neither a file's path nor postgres://user@host/name"
    assert words in refused("one.sqlite", address, program=PROGRAM)
    for command in [[], ["backup", "copy.sqlite"]]:
        done = subprocess.run([PROGRAM, "--database", address, *command], capture_output=True, text=True)
        assert done.returncode == 1 and "secret" not in done.stdout + done.stderr and words in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [[], ["one"], ["one", "two", "three"]])
def test_other_than_two_databases_are_refused_with_how_to_call_it(arguments):
    done = copy(*arguments)
    assert done.returncode == 2 and f"{len(arguments)} given" in done.stderr and "usage: scripts/copy FROM TO" in done.stderr
