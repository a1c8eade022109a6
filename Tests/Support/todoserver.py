"""The built server, started by tests that look at it from outside: no part of it is replaced."""

import http.client
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import time

from service import Service

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A release or a sanitized build can be named in its place.
PROGRAM = os.environ.get("TODO_SERVER", str(ROOT / ".build/debug/todo-server"))
# Where scripts/package --traits NATS,PostgreSQL,Redis has put the package.
PACKAGE_WITH_BROKERS = ROOT / ".build-package-nats-postgresql-redis"
# A release with the trait Redis and others, out of that package.
PROGRAM_WITH_REDIS = os.environ.get("TODO_SERVER_WITH_REDIS", str(PACKAGE_WITH_BROKERS / "release/todo-server"))
# The same with the traits NATS, PostgreSQL and Redis, as scripts/test has built it.
PROGRAM_WITH_BROKERS = os.environ.get("TODO_SERVER_WITH_BROKERS", str(ROOT / ".build-brokers/debug/todo-server"))


def free_port(count=1):
    """The first of so many ports in a row that nobody uses, below those that the system gives to outgoing connections, one
    of which could have it before a server takes it."""
    while True:
        port = random.randrange(10_000, 32_000 - count)
        if all(map(is_free, range(port, port + count))):
            return port


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Server(Service):
    """One todo-server on a port of its own, and on a database of its own unless it is given one."""

    patience = 0.005

    def __init__(
            self, folder, *options, within=(), database=None, program=PROGRAM, address="127.0.0.1", port=None, **popen):
        self.folder = folder
        self.program = program
        self.within = within
        self.database = database or folder / "todos.sqlite"
        self.log = folder / "server.log"
        self.options = options
        self.popen = popen
        self.address = address
        self.port = port or free_port()
        self.url = f"http://{address}:{self.port}"

    def run(self):
        with self.log.open("a") as log:
            self.written = self.log.stat().st_size
            return subprocess.Popen(
                [*self.within, self.program, "--port", str(self.port), "--database", self.database, *self.options],
                **{"cwd": self.folder, **self.popen}, env={"TODO_ROOT": str(ROOT), **os.environ}, stderr=log)

    def answers(self):
        return "open http://" in self.log.read_text()[self.written:]

    def logged(self, pattern, within=10):
        """What a pattern finds in its log, as re.findall answers it, once there is something: a line is written by a
        thread of its own, a moment after the answer that it is about."""
        deadline = time.monotonic() + within
        while not (found := re.findall(pattern, self.log.read_text())):
            assert time.monotonic() < deadline, f"there is no {pattern} in the log: {self.log.read_text()}"
            time.sleep(0.01)
        return found

    # MARK: Requests

    def connect(self, timeout=20):
        """A bare connection."""
        return socket.create_connection((self.address, self.port), timeout=timeout)

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own; answers the status and the text."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, **signals):
        return self.request("POST", path, json.dumps(signals), {"Content-Type": "application/json"})

    def exported(self, name):
        """The todos of a list in their order, as it is exported; none of a list that is not there."""
        status, text = self.get(f"/lists/{name}.json")
        return [] if status == 404 else json.loads(text)["todos"]

    def todos(self, name):
        """The titles of a list in their order."""
        return [todo["title"] for todo in self.exported(name)]

    # MARK: What it takes of the machine

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """Resident memory in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def peak(self):
        """The most resident memory there has been, in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1])

    def processor_time(self):
        """Seconds of processor time, in the process and for it in the kernel."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def figure(self, name):
        """One of the figures of /metrics."""
        return float(re.search(rf"^{re.escape(name)} (.+)$", self.get("/metrics")[1], re.MULTILINE)[1])


def two_servers(folder, *options, database=None, **settings):
    """Two servers on one database, a file unless its address is given, not started yet."""
    servers = []
    for name in ["one", "two"]:
        (folder / name).mkdir()
        servers.append(Server(folder / name, *options, database=database or folder / "todos.sqlite", **settings))
    return servers
