"""What a server is not told of: another one on the same file commits, and no broker joins them."""

import contextlib
import http.client
import signal
import sqlite3

import pytest
from streams import Follower
from todoserver import two_servers


@pytest.fixture
def servers(tmp_path):
    servers = [server.start() for server in two_servers(tmp_path)]
    yield servers
    for server in servers:
        assert server.stop() == 0


def test_a_list_that_is_gone_is_shown_as_gone_when_its_deletion_is_forgotten_already(servers):
    one, other = servers
    assert other.post("/todos/groceries", newTodo="Milk")[0] == 201
    many = "".join(f"- [ ] {number}\n" for number in range(1001))
    assert other.request("POST", "/lists/many/import", many, {"Content-Type": "text/markdown"})[0] == 201
    with Follower(one, "groceries") as follower, Follower(one, "groceries", is_compressed=True) as compressed:
        assert follower.shows(["Milk"]) and compressed.shows(["Milk"])
        # So that it sees nothing of what comes in between.
        one.process.send_signal(signal.SIGSTOP)
        assert other.post("/lists/groceries/delete")[0] == 204
        with contextlib.closing(http.client.HTTPConnection(other.address, other.port)) as connection:
            for todo in other.exported("many"):
                connection.request("POST", f"/todos/many/{todo['id']}/delete", headers={"Content-Type": "application/json"})
                answer = connection.getresponse()
                assert (answer.status, answer.read()) == (204, b"")
        one.process.send_signal(signal.SIGCONT)
        assert follower.shows([]) and compressed.shows([])
        # Newer than all that it has had.
        assert other.post("/todos/groceries", newTodo="Tea")[0] == 201
        assert follower.shows(["Tea"]) and compressed.shows(["Tea"])
        assert not follower.decoder.went_back and not compressed.decoder.went_back


def test_a_list_that_cannot_be_read_keeps_no_other_old(servers):
    one, other = servers
    for name in ["bad", "good"]:
        assert other.post(f"/todos/{name}", newTodo="Milk")[0] == 201
    with Follower(one, "bad") as bad, Follower(one, "good") as good:
        assert bad.shows(["Milk"]) and good.shows(["Milk"])
        with contextlib.closing(sqlite3.connect(one.database)) as database, database:
            database.execute("UPDATE lists SET title = x'ff', revision = revision + 7 WHERE name = 'bad'")
        assert one.get("/lists/bad.json")[0] == 503
        titles = ["Milk"]
        for title in ["Tea", "Bread", "Salt"]:
            titles.append(title)
            assert other.post("/todos/good", newTodo=title)[0] == 201
            assert good.shows(titles)
        with contextlib.closing(sqlite3.connect(one.database)) as database, database:
            database.execute("UPDATE lists SET title = 'Bad' WHERE name = 'bad'")
        assert other.post("/todos/bad", newTodo="Tea")[0] == 201
        assert bad.shows(["Milk", "Tea"])
