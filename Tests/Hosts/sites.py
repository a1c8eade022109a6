"""What a site is made of, each on a host of its own: two servers, a pair of PostgreSQL, a broker, and relays in between."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys

from brokers import Nats
from databases import Database, Pair
from redisserver import Redis
from service import Service
from todoserver import PROGRAM_WITH_BROKERS, Server


class HostServer(Server):
    """A todo-server on a host."""

    def __init__(self, host, folder, database, pubsub):
        folder = folder / host.name
        folder.mkdir()
        self.host = host
        options = ["--host", host.address, "--writes-per-second", "0", "--connections-per-address", "0"]
        super().__init__(
            folder, *options, "--pubsub", pubsub, within=host.within, database=database, program=PROGRAM_WITH_BROKERS,
            address=host.address, port=8080)


class HostRedis(Redis):
    port = 6379

    def __init__(self, host, folder):
        self.host, self.folder, self.log = host, folder, folder / "redis.log"

    def url_at(self, host):
        return f"redis://{host.address}:{self.port}/0"

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*self.host.within, "redis-server", "--port", str(self.port), "--bind", self.host.address,
                 "--protected-mode", "no", "--save", "", "--appendonly", "no"],
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        return is_open(self.host, self.port)


class HostNats(Nats):
    port = 4222

    def __init__(self, host, folder):
        self.host, self.folder, self.log = host, folder, folder / "nats.log"

    def url_at(self, host):
        return f"nats://{host.address}:{self.port}"

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*self.host.within, "nats-server", "--addr", self.host.address, "--port", str(self.port)],
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        return is_open(self.host, self.port)


class Relay(Service):
    """A relay to a port of a host, at a port of another one."""

    def __init__(self, host, port, target, folder, delay):
        self.host, self.port, self.target, self.delay = host, port, target, delay
        self.log = folder / f"relay-{port}.log"

    def run(self):
        program = pathlib.Path(__file__).with_name("relay.py")
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*self.host.within, sys.executable, program, self.host.address, str(self.port), *self.target,
                 str(self.delay)], stderr=log)

    def answers(self):
        return is_open(self.host, self.port)


def is_open(host, port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host.address, port)) == 0


class Site:
    """Two servers on one pair of databases and one broker, in a `with`.

    Parameters:
        broker: HostRedis or HostNats; None for PostgreSQL itself.
        has_standby: whether a synchronous standby follows the database.
        delay: seconds that relays between the servers and all else hold up what passes them; None for no relays.
    """

    def __init__(self, network, folder, broker=None, has_standby=True, delay=None):
        self.network, self.folder, self.delay = network, folder, delay
        self.kind, self.has_standby = broker, has_standby

    def __enter__(self):
        self.ending = contextlib.ExitStack()
        try:
            self.build()
        except BaseException:
            self.ending.close()
            raise
        return self

    def __exit__(self, *error):
        self.ending.close()

    def build(self):
        self.pair = self.ending.enter_context(Pair(self.network, self.folder, self.has_standby))
        self.broker = self.relays = None
        url = pubsub = self.pair.url
        if self.kind:
            self.broker = self.begin(self.kind(self.network.host("broker"), self.folder))
            pubsub = self.broker.url_at(self.broker.host)
        if self.delay is not None:
            relay = self.network.host("relay")
            self.relays = [
                self.begin(Relay(relay, port, (host.address, "5432"), self.folder, self.delay))
                for port, host in zip([5432, 5433], self.pair.hosts)]
            url = f"postgres://todo@{relay.address}:5432,{relay.address}:5433/todos?target_session_attrs=read-write"
            if not self.broker:
                pubsub = url
            else:
                target = self.broker.host.address, str(self.broker.port)
                self.relays.append(self.begin(Relay(relay, self.broker.port, target, self.folder, self.delay)))
                pubsub = self.broker.url_at(relay)
        self.servers = [
            self.begin(HostServer(self.network.host(name), self.folder, url, pubsub)) for name in ["one", "two"]]

    def begin(self, service):
        self.ending.callback(lambda: service.is_running() and service.stop(by=signal.SIGKILL))
        return service.start()

    def hosts(self):
        """All whose line can be cut, with the servers at the end."""
        return [*self.pair.hosts, *([self.broker.host] if self.broker else []), *(server.host for server in self.servers)]


def reason_against():
    """What a site needs and is not here; none where all is."""
    if not os.path.exists(PROGRAM_WITH_BROKERS):
        return (f"{PROGRAM_WITH_BROKERS} is not built:"
                " swift build --traits NATS,PostgreSQL,Redis --scratch-path .build-brokers")
    missing = [kind.__name__ for kind in [Redis, Nats, Database] if not kind.is_here()]
    return f"not installed: {', '.join(missing)}" if missing else None
