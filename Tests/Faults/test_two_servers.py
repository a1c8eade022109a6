"""Two servers on one file, joined by a broker: what is done at one shows at the other, also when the broker was away."""

import asyncio
import contextlib
import os
import shutil
import subprocess

import pytest
from brokers import Nats, PostgreSQL
from crowd import crowd, leave
from redisserver import Redis
from streams import Follower, Stream, read_until, request, stored, until
from todoserver import PROGRAM, PROGRAM_WITH_BROKERS, PROGRAM_WITH_REDIS, ROOT, Server, two_servers

SERVERS_SOAK = float(os.environ.get("SOAK", "6"))  # seconds


@pytest.fixture(params=[Redis, Nats, PostgreSQL])
def kind(request):
    """A broker, and a server that was built with it."""
    program = PROGRAM_WITH_REDIS if request.param is Redis else PROGRAM_WITH_BROKERS
    if not request.param.is_here():
        pytest.skip(f"{request.param.__name__} is not here")
    if request.param is not Redis and not os.path.exists(program):
        pytest.skip(f"{program} is not built: swift build --traits NATS,PostgreSQL,Redis --scratch-path .build-brokers")
    return request.param, program


@pytest.fixture
def broker(tmp_path, kind):
    broker = kind[0](tmp_path).start()
    yield broker
    if broker.is_running():
        broker.kill()
    broker.remove()


@pytest.fixture
def servers(tmp_path, broker, kind):
    """Two servers, one database."""
    servers = [server.start() for server in two_servers(tmp_path, "--pubsub", broker.url, program=kind[1])]
    yield servers
    for server in servers:
        if server.is_running():
            assert server.stop() == 0


async def all_up(servers):
    for server in servers:
        await until(lambda: server.figure("todo_pubsub_up") == 1, 5, "that a server reaches the broker")


def test_all_streams_at_both_servers_end_on_what_is_stored_and_none_goes_back(servers):
    async def run():
        await all_up(servers)
        readers, acknowledged = await crowd(servers, SERVERS_SOAK, 8, 64)
        frames = sum(reader.frames + reader.stream.decoder.frames for reader in readers)
        print(f"{acknowledged} commands, {frames} frames, {[server.figure('todo_pubsub_received_total') for server in servers]}"
              " messages received")
        assert not [reader for reader in readers if reader.went_back or reader.stream.decoder.went_back]
        assert all(server.figure("todo_pubsub_received_total") > 0 for server in servers)
        await leave(servers, readers)

    asyncio.run(run())


def test_what_nobody_tells_of_is_shown_all_the_same(tmp_path, servers, kind):
    """As what a server has committed that ended before it could say so."""
    asyncio.run(all_up(servers))
    folder = tmp_path / "silent"
    folder.mkdir()
    silent = Server(folder, database=servers[0].database, program=kind[1]).start()
    try:
        with contextlib.ExitStack() as stack:
            followers = [stack.enter_context(Follower(server, "groceries")) for server in servers]
            indexes = [stack.enter_context(server.connect()) for server in servers]
            for index in indexes:
                index.sendall(request("/subscribe"))
            for titles in [["Milk"], ["Milk", "Tea"]]:
                assert silent.post("/todos/groceries", newTodo=titles[-1])[0] == 201
                assert all(follower.shows(titles) for follower in followers)
            for index in indexes:
                read_until(index, 'id="list-groceries"')
            assert silent.post("/lists/groceries/delete")[0] == 204
            assert all(follower.shows([]) for follower in followers)
    finally:
        assert silent.stop() == 0


def test_a_short_list_is_rendered_where_it_is_seen_and_not_where_it_is_changed(servers):
    one, two = servers
    asyncio.run(all_up(servers))
    titles = ["Milk"]
    assert one.post("/todos/groceries", newTodo="Milk")[0] == 201
    with Follower(two, "groceries") as there:
        assert there.shows(titles)
        for title in ["Tea", "Bread", "Salt"]:
            titles.append(title)
            assert one.post("/todos/groceries", newTodo=title)[0] == 201
            assert there.shows(titles)
    assert one.figure("todo_frames_rendered_total") == 0 and two.figure("todo_frames_rendered_total") >= 3


def test_commands_are_answered_while_the_broker_is_away_and_soon_after_its_return_both_show_the_same(servers, broker):
    async def outage():
        for _ in range(2):
            await asyncio.sleep(1)
            broker.kill()
            await asyncio.sleep(1)
            broker.start()
            await all_up(servers)

    async def run():
        await all_up(servers)
        # Its writers fail at any other answer than 201 and 204.
        readers, _ = await crowd(servers, 5, 8, 64, outage())
        assert not [reader for reader in readers if reader.went_back or reader.stream.decoder.went_back]
        # Once more with nothing that is sent afterwards, which could hide that something was lost.
        broker.kill()
        assert servers[0].post("/todos/red", newTodo="while the broker is away")[0] == 201
        assert servers[1].post("/todos/blue", newTodo="while the broker is away")[0] == 201
        assert servers[0].post("/todos/unwatched", newTodo="while the broker is away")[0] == 201
        ready = servers[0].get("/readyz")
        assert ready[0] == 200 and "other servers are not reached" in ready[1]
        late = [await Stream.open(server, "/subscribe/red") for server in servers]
        # Who comes to the other server meanwhile is shown what is stored.
        await until(lambda: all(stream.decoder.todos() == stored(servers[0], "red") for stream in late), 5)
        broker.start()
        for reader in readers:
            await until(lambda: reader.stream.decoder.todos() == stored(servers[0], reader.list), 5)
        for stream in late:
            stream.abort()
        await leave(servers, readers)

    asyncio.run(run())
    for server in servers:
        assert server.log.read_text().count("pub/sub has failed") == 3


def test_a_change_at_a_server_without_tabs_shows_at_the_other(servers):
    with Follower(servers[1], "groceries") as follower, Follower(servers[1], "groceries", is_compressed=True) as other:
        assert follower.shows([]) and other.shows([])
        for number in range(5):
            assert servers[0].post("/todos/groceries", newTodo=f"{number}")[0] == 201
            titles = [f"{earlier}" for earlier in range(number + 1)]
            assert follower.shows(titles) and other.shows(titles)
        assert servers[0].post("/lists/groceries/delete")[0] == 204
        assert follower.shows([]) and other.shows([])


def test_people_are_counted_at_all_servers_together(servers):
    async def run():
        await all_up(servers)
        here = [await Stream.open(servers[0], "/subscribe/red") for _ in range(3)]
        there = [await Stream.open(servers[1], "/subscribe/red") for _ in range(2)]
        await until(lambda: all(stream.decoder.viewers == 5 for stream in here + there), 5, "that five are shown")
        there[0].abort()
        await until(lambda: all(stream.decoder.viewers == 4 for stream in here + there[1:]), 5, "that four are shown")
        assert servers[1].stop() == 0
        await until(lambda: all(stream.decoder.viewers == 3 for stream in here), 5, "that three are shown")

    asyncio.run(run())


def test_one_server_that_is_killed_and_started_again_shows_what_the_other_did_meanwhile(servers):
    assert servers[0].post("/todos/red", newTodo="Milk")[0] == 201
    servers[1].process.kill()
    servers[1].process.wait()
    assert servers[0].post("/todos/red", newTodo="Tea")[0] == 201
    servers[1].start()
    with Follower(servers[1], "red") as follower:
        assert follower.shows(["Milk", "Tea"])
        assert servers[0].post("/todos/red", newTodo="Bread")[0] == 201
        assert follower.shows(["Milk", "Tea", "Bread"])


@pytest.mark.skipif(not shutil.which("ldd"), reason="ldd is not here")
def test_only_a_build_with_a_broker_needs_its_library(kind):
    libraries = lambda program: subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    library = {Redis: "libhiredis", Nats: "libnats", PostgreSQL: "libpq"}[kind[0]]
    assert "libevent" in libraries(PROGRAM) and library not in libraries(PROGRAM)
    assert library in libraries(kind[1])


def test_a_build_without_a_broker_says_how_to_have_it(tmp_path):
    for option, reason in [
        ("redis://:secret@127.0.0.1", "built without Redis: build it with swift build --traits Redis"),
        ("nats://a:secret@127.0.0.1", "built without NATS: build it with swift build --traits NATS"),
        ("postgres://a:secret@127.0.0.1", "built without PostgreSQL: build it with swift build --traits PostgreSQL"),
        ("postgresql://127.0.0.1", "built without PostgreSQL: build it with swift build --traits PostgreSQL"),
        ("rediss://user:secret@a", "--pubsub rediss:… is neither memory nor redis://"),
    ]:
        ended = subprocess.run(
            [PROGRAM, "--pubsub", option, "--database", tmp_path / "a.sqlite", "--root", ROOT],
            capture_output=True, text=True, timeout=10)
        assert ended.returncode == 1 and reason in ended.stderr
        assert ended.stderr.count("\n") == 1 and "secret" not in ended.stderr
