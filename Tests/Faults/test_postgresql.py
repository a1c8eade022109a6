"""Servers whose lists are in one PostgreSQL, which joins them as well where nothing else is said."""

import contextlib
import os
import pathlib
import subprocess

import pytest
from brokers import PostgreSQL
from streams import Follower
from todoserver import PROGRAM, PROGRAM_WITH_BROKERS, ROOT, Server, two_servers

pytestmark = [
    pytest.mark.skipif(not PostgreSQL.is_here(), reason="PostgreSQL is not here"),
    pytest.mark.skipif(not os.path.exists(PROGRAM_WITH_BROKERS), reason=f"{PROGRAM_WITH_BROKERS} is not built"),
]


@pytest.fixture
def database(tmp_path):
    database = PostgreSQL(tmp_path).start()
    yield database
    if database.is_running():
        database.kill()
    database.remove()


@pytest.fixture
def start(tmp_path, database):
    """Starts two servers on it with options of their own."""
    servers = []

    def start_servers(*options):
        for server in two_servers(tmp_path, *options, database=database.url, program=PROGRAM_WITH_BROKERS):
            servers.append(server.start())
        return servers

    yield start_servers
    for server in servers:
        if server.is_running():
            assert server.stop() == 0


ALONE = "another process changes the database"


def test_what_is_done_at_one_shows_at_the_other_with_nothing_but_the_database(start):
    one, two = start()
    for server in [one, two]:
        assert server.logged(r"open http://.*") and " pubsub=postgres " in server.log.read_text()
        # No password in it.
        assert "right" not in server.log.read_text()
    with Follower(one, "groceries") as here, Follower(two, "groceries") as there:
        assert here.shows([]) and there.shows([])
        titles = []
        for number in range(10):
            titles.append(f"{number}")
            assert [one, two][number % 2].post("/todos/groceries", newTodo=titles[-1])[0] == 201
            assert here.shows(titles) and there.shows(titles)
    assert all(server.figure("todo_pubsub_received_total") > 0 and server.figure("todo_pubsub_up") == 1 for server in [one, two])
    # Nobody has looked at the database to see them.
    assert ALONE not in one.log.read_text() + two.log.read_text()


def test_without_a_broker_it_is_looked_at_every_second_which_the_log_says(start):
    one, two = start("--pubsub", "memory")
    with Follower(two, "groceries") as there:
        assert there.shows([])
        assert one.post("/todos/groceries", newTodo="Milk")[0] == 201
        assert there.shows(["Milk"])
    assert two.logged(ALONE) and " pubsub=memory " in two.log.read_text()


def test_servers_go_on_by_themselves_when_it_was_away(start, database):
    one, two = start()
    assert one.post("/todos/groceries", newTodo="Milk")[0] == 201
    with Follower(two, "groceries") as there:
        assert there.shows(["Milk"])
        database.kill()
        status, reason = one.post("/todos/groceries", newTodo="Tea")
        assert status == 503 and reason.startswith("the database is not available")
        database.start()
        assert one.post("/todos/groceries", newTodo="Tea")[0] == 201
        assert there.shows(["Milk", "Tea"])


def test_a_commit_whose_answer_was_lost_is_shown_once_it_is_made(start, database):
    one, two = start()
    with Follower(one, "groceries") as here, Follower(two, "groceries") as there:
        assert here.shows([]) and there.shows([])
        # Which never comes: commits wait for it longer than a server waits for their answer.
        database.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()")
        assert one.post("/todos/groceries", newTodo="Milk")[0] == 503
        database.sql("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        assert here.shows(["Milk"]) and there.shows(["Milk"])
    assert ALONE not in one.log.read_text() + two.log.read_text()


class WithSmallDisk(PostgreSQL):
    """One that has the todos on a disk of their own, which it alone sees."""

    def __init__(self, folder):
        super().__init__(folder)
        self.small = self.folder / "small"
        self.small.mkdir()

    def words(self, name, *options):
        words = super().words(name, *options)
        if name != "postgres":
            return words
        mount = 'mount -t tmpfs -o size=4m,mode=700,uid=$(id -u postgres) none "$0" && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", mount, self.small, *words]

    @contextlib.contextmanager
    def filled(self):
        filler = pathlib.Path(f"/proc/{self.process.pid}/root{self.small}/filler")
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
        filler.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives PostgreSQL a disk of its own")
def test_while_its_disk_is_full_what_needs_room_is_refused_and_lists_can_be_read(tmp_path):
    database = WithSmallDisk(tmp_path).start()
    server = Server(tmp_path, database=database.url, program=PROGRAM_WITH_BROKERS).start()
    try:
        database.sql(f"CREATE TABLESPACE small LOCATION '{database.small}'", "ALTER TABLE todos SET TABLESPACE small")
        assert server.post("/todos/groceries", newTodo="Milk")[0] == 201
        many = "".join(f"- [ ] {number} {'x' * 100}\n" for number in range(3000))
        bring = lambda: server.request("POST", "/lists/groceries/import", many, {"Content-Type": "text/markdown"})
        with database.filled():
            status, reason = bring()
            assert status == 503 and "No space left on device" in reason
            assert server.figure('todo_store_errors_total{cause="full"}') > 0
            assert server.todos("groceries") == ["Milk"] and server.get("/lists/groceries")[0] == 200
        assert bring()[0] == 201 and len(server.todos("groceries")) == 3001
    finally:
        server.stop()
        database.kill()
        database.remove()


def test_a_build_without_it_says_how_to_have_it():
    ended = subprocess.run(
        [PROGRAM, "--database", "postgres://a:secret@127.0.0.1/lists", "--root", ROOT], capture_output=True, text=True, timeout=10)
    assert ended.returncode == 1 and ended.stderr.count("\n") == 1 and "secret" not in ended.stderr
    assert "built without PostgreSQL: build it with swift build --traits PostgreSQL" in ended.stderr
