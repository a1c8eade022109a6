"""Commands a second on each store, and what becomes of a command at one server on another one, over each broker."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from lengths import Commands
from servers import BUILT, ROOT, Ours

sys.path.append(str(ROOT / "Tests/Support"))
from brokers import Nats, PostgreSQL
from redisserver import Redis

WITH_BROKERS = ROOT / ".build-brokers/release"
CLIENTS, SECONDS = 64, 5
BROKERS = {"Redis": Redis, "NATS": Nats, "PostgreSQL": PostgreSQL}


class Joined(Ours):
    """This project's server as one of several that share a database, and a broker where one is named."""

    def __init__(self, number, database, pubsub=None):
        super().__init__("--database", database, *(["--pubsub", pubsub] if pubsub else []))
        self.is_joined = pubsub is not None
        self.port = Ours.port + number
        self.program = WITH_BROKERS / "todo-server"

    def prepare(self):
        """Nothing: they share what they show."""

    def wait(self, process, folder):
        super().wait(process, folder)
        while self.is_joined and b"todo_pubsub_up 1" not in get(self.port, "/metrics"):
            time.sleep(0.01)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    return connection.getresponse().read()


@contextlib.contextmanager
def service(kind, **options):
    with tempfile.TemporaryDirectory() as folder:
        started = kind(pathlib.Path(folder), **options).start()
        try:
            yield started
        finally:
            started.stop()
            started.remove()


@contextlib.contextmanager
def together(servers):
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server.running())
        yield servers


# MARK: - Stores

def lists(port):
    """Makes a list with one todo for each client, and answers the todos' numbers."""
    commands = Commands(port)
    for number in range(CLIENTS):
        commands.post(f"/todos/list-{number}", newTodo="Buy milk")
    return [int(re.search(r'id="todo-(\d+)"', commands.get(f"/lists/list-{number}"))[1]) for number in range(CLIENTS)]


def toggled(servers):
    """How many todos a second are toggled by all clients, each on a list of its own, at the servers in turn."""
    with together(servers):
        paths = [f"/todos/list-{number}/{todo}/toggle" for number, todo in enumerate(lists(servers[0].port))]
        # What the new database has left to be written would be written under load.
        os.sync()
        loads = []
        for number, server in enumerate(servers):
            own = [word for path in paths[number::len(servers)] for word in ("--pub-path", path)]
            loads.append(subprocess.Popen(
                [BUILT / "ssebench", "--load", "--port", str(server.port), "--conns", str(CLIENTS // len(servers)),
                 "--seconds", str(SECONDS), "--body", "{}", *own], stdout=subprocess.PIPE, text=True))
        results = [json.loads(load.communicate()[0]) for load in loads]
    if any(result["bad"] for result in results):
        raise RuntimeError(f"commands were refused: {results}")
    return {"commands_per_s": sum(result["requests_per_s"] for result in results),
            "p50_ms": statistics.median(result["p50_ms"] for result in results),
            "p99_ms": max(result["p99_ms"] for result in results)}


def on_sqlite():
    with tempfile.TemporaryDirectory() as folder:
        return toggled([Joined(0, f"{folder}/todos.sqlite")])


def on_postgresql(count):
    with service(PostgreSQL, fsync="on") as database:
        return toggled([Joined(number, database.url, database.url) for number in range(count)])


# What PostgreSQLCommits sends for one command, sent by pgbench in the same way.
TRANSACTION = r"""
\set list random(1, {clients})
\startpipeline
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT lock_lists(ARRAY['list-' || (:list - 1)], ARRAY[]::bigint[]);
SELECT * FROM carry_out('complete', 'list-' || (:list - 1), (ARRAY[{todos}]::bigint[])[:list], NULL, NULL, NULL, NULL,
  ARRAY[]::text[], ARRAY[]::boolean[], NULL, NULL, 0, 0, 0, ARRAY[5000, 1048576, 10000, 10000, 10000, 100, 100]);
SELECT count_changes();
COMMIT;
SELECT index_revision();
\endpipeline
"""


def in_pgbench():
    """The same transactions a second, of pgbench's own clients, which serve no one."""
    with service(PostgreSQL, fsync="on") as database:
        server = Joined(0, database.url)
        with together([server]):
            todos = lists(server.port)
        script = database.folder / "toggle.sql"
        script.write_text(TRANSACTION.format(clients=CLIENTS, todos=", ".join(map(str, todos))))
        output = subprocess.run(
            ["pgbench", "-n", "-M", "extended", "-c", str(CLIENTS), "-j", "1", "-T", str(SECONDS), "-f", script, database.url],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout
    return {"commands_per_s": float(re.search(r"tps = ([\d.]+)", output)[1]),
            "p50_ms": float(re.search(r"latency average = ([\d.]+)", output)[1])}


def pages(database):
    """Page GETs a second of a list that does not change."""
    server = Joined(0, database)
    with together([server]):
        Ours.prepare(server)
        output = subprocess.run(
            [BUILT / "ssebench", "--load", "--port", str(server.port), "--method", "GET", "--conns", "32", "--seconds", "3",
             "--pub-path", "/lists/bench"], check=True, stdout=subprocess.PIPE)
    return json.loads(output.stdout)


def pages_on_sqlite():
    with tempfile.TemporaryDirectory() as folder:
        return pages(f"{folder}/todos.sqlite")


def pages_on_postgresql():
    with service(PostgreSQL, fsync="on") as database:
        return pages(database.url)


# MARK: - Brokers

def follow(port):
    """Opens a stream and answers a function that reads until a text has come."""
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(b"GET /subscribe/bench HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def read_until(text):
        received = b""
        while text not in received:
            received = received[-100:] + stream.recv(1 << 20)

    return read_until


def latencies(broker, rounds=300):
    """From a POST at one server to its own stream and to one at another server: medians, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, service(broker) as running:
        servers = [Joined(number, f"{folder}/todos.sqlite", running.url) for number in range(2)]
        with together(servers) as (one, two):
            Ours.prepare(one)
            commands = Commands(one.port)

            def median(port):
                read_until, times = follow(port), []
                for number in range(rounds):
                    title = f"round {number} at {port}"
                    begin = time.perf_counter()
                    commands.send("/todos/bench/50/edit", title=title)
                    read_until(title.encode())
                    times.append((time.perf_counter() - begin) * 1000)
                    commands.answer()
                return statistics.median(times)

            return {"same": median(one.port), "other": median(two.port)}


def messages(broker, size):
    """Messages a second from one backend to another, and what the broker's own client or tool does: from one connection to
    another with NATS, to nobody with Redis and PostgreSQL."""
    with service(broker) as running:
        ours = subprocess.run(
            [WITH_BROKERS / "pubsub-benchmark", running.url, str(size)], check=True, stdout=subprocess.PIPE, timeout=300)
        return {"ours": json.loads(ours.stdout)["messages_per_s"], "theirs": THEIRS[broker](running, size)}


def publish_to_redis(redis, size):
    output = subprocess.run(
        ["redis-benchmark", "-p", str(redis.port), "-n", "100000", "-q", "PUBLISH", "benchmark", "x" * size],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(re.findall(r"([\d.]+) requests per second", output)[-1])


def send_by_nats(nats, size):
    output = subprocess.run([BUILT / "nats_messages", nats.url, str(size)], check=True, stdout=subprocess.PIPE)
    return json.loads(output.stdout)["messages_per_s"]


def notify_in_postgresql(database, size):
    script = database.folder / "notify.sql"
    script.write_text(f"SELECT pg_notify('benchmark', repeat('x', {size}));\n")
    output = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-c", "1", "-T", str(SECONDS), "-f", script, database.url],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout
    return float(re.search(r"tps = ([\d.]+)", output)[1])


THEIRS = {Redis: publish_to_redis, Nats: send_by_nats, PostgreSQL: notify_in_postgresql}


# MARK: - Figures

def hosts(run):
    if not WITH_BROKERS.exists():
        return
    run.measure({
        "commands on SQLite": on_sqlite, "commands on PostgreSQL": lambda: on_postgresql(1),
        "commands on PostgreSQL, two servers": lambda: on_postgresql(2),
        "commands on PostgreSQL, four servers": lambda: on_postgresql(4), "commands in pgbench": in_pgbench,
        "pages on SQLite": pages_on_sqlite, "pages on PostgreSQL": pages_on_postgresql,
        **{f"latency over {name}": lambda broker=broker: latencies(broker) for name, broker in BROKERS.items()},
        **{f"{size} B over {name}": lambda broker=broker, size=size: messages(broker, size)
           for name, broker in BROKERS.items() for size in [150, 5_000]},
    })
    rate = "commands_per_s"
    for name in ["on SQLite", "on PostgreSQL", "on PostgreSQL, two servers", "on PostgreSQL, four servers", "in pgbench"]:
        yield f"commands a second {name}, {CLIENTS} clients", run.median(f"commands {name}", rate), "", None
        yield "the same: median, ms", run.median(f"commands {name}", "p50_ms"), "", None
    one = run.median("commands on PostgreSQL", rate)
    yield "commands a second on PostgreSQL, of pgbench's", one / run.median("commands in pgbench", rate), "≥", 0.7
    yield "two servers on PostgreSQL, of one", run.median("commands on PostgreSQL, two servers", rate) / one, "≥", 1
    yield "page GET on PostgreSQL, of SQLite's", (
        run.median("pages on PostgreSQL", "requests_per_s") / run.median("pages on SQLite", "requests_per_s")), "≥", 0.8
    for name in BROKERS:
        latency = f"latency over {name}"
        yield f"{name}: POST to a stream at another server, ms", run.median(latency, "other"), "", None
        yield "the same, of that at its own", run.median(latency, "other") / run.median(latency, "same"), "", None
        for size in [150, 5_000]:
            sent = f"{size} B over {name}"
            yield f"{name}: messages of {size:,} B a second, from backend to backend", run.median(sent, "ours"), "", None
            yield "the same, of what its own client or tool sends", (
                run.median(sent, "ours") / run.median(sent, "theirs")), "", None
