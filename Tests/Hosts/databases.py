"""PostgreSQL on hosts of its own: a primary, and a standby that has all that is acknowledged."""

import pathlib
import shutil
import subprocess
import time

from brokers import PostgreSQL


def eventually(condition, seconds, what):
    """Returns when a condition holds; fails where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} has not come about within {seconds} s"
        time.sleep(0.02)


class Database(PostgreSQL):
    """A PostgreSQL on a host, empty until it is made, by itself or as another one's standby."""

    port = 5432

    def __init__(self, host, folder):
        self.host = host
        self.log = folder / f"{host.name}.log"
        self.folder = pathlib.Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
        shutil.chown(self.folder, "postgres")

    def create(self):
        """Makes an empty one that lets in whoever is in the network."""
        self.call(
            "initdb", "-D", self.folder / "data", "-U", "todo", "-E", "UTF8", "--locale=C", "--no-sync", "-A", "trust")
        with (self.folder / "data/pg_hba.conf").open("a") as access:
            access.write("host all all 10.213.0.0/24 trust\nhost replication all 10.213.0.0/24 trust\n")
        return self

    def follow(self, primary):
        """Makes it anew, as a standby."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        source = f"host={primary.host.address} user=todo application_name={self.host.name} connect_timeout=2"
        self.call("pg_basebackup", "-D", self.folder / "data", "-d", source, "-R", "-c", "fast", "--no-sync")
        # Once promoted it waits for nobody until there is a standby again.
        with (self.folder / "data/postgresql.auto.conf").open("a") as settings:
            settings.write("synchronous_standby_names = ''\n")
        return self

    def run(self):
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        settings = [
            f"listen_addresses={self.host.address}", "unix_socket_directories=", "fsync=off", "wal_keep_size=512MB",
            # How soon a standby and its primary give each other up, and find each other again.
            "wal_receiver_timeout=4s", "wal_sender_timeout=4s", "wal_retrieve_retry_interval=500ms"]
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*self.host.within, *self.words("postgres", "-D", self.folder / "data"), *(f"-c{each}" for each in settings)],
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        asked = subprocess.run(
            [self.programs / "pg_isready", "-h", self.host.address, "-t", "1"], stdout=subprocess.DEVNULL)
        return asked.returncode == 0

    def ask(self, statement, database="postgres"):
        """What a statement answers, as text."""
        return subprocess.run(
            [self.programs / "psql", "-XAtq", "-h", self.host.address, "-U", "todo", "-d", database, "-c", statement],
            check=True, capture_output=True, text=True).stdout.strip()

    def kill(self):
        self.host.kill()
        self.process.wait()

    def wait_for_standby(self):
        """Has all commits wait for a standby from now on, and returns when there is one."""
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        eventually(
            lambda: self.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1", 20,
            "a synchronous standby")


class Pair:
    """A primary and its synchronous standby, on two hosts, in a `with`; the second may be left out at first."""

    def __init__(self, network, folder, has_standby=True):
        self.has_standby = has_standby
        self.primary, self.standby = (Database(network.host(name), folder) for name in ["first", "second"])
        self.hosts = [self.primary.host, self.standby.host]

    def __enter__(self):
        self.primary.create().start().ask("CREATE DATABASE todos")
        if self.has_standby:
            self.renew_standby()
        return self

    def __exit__(self, *error):
        for database in [self.primary, self.standby]:
            if database.is_running():
                database.kill()
            database.remove()

    @property
    def url(self):
        return f"postgres://todo@{','.join(host.address for host in self.hosts)}/todos?target_session_attrs=read-write"

    def fail_over(self, is_silent=False):
        """Loses the primary and promotes the standby; the lost one is the standby's place from then on.

        Parameters:
            is_silent: whether its line goes with it, so that nobody is told of its end.
        """
        if is_silent:
            self.primary.host.cut()
        self.primary.kill()
        self.standby.call("pg_ctl", "promote", "-D", self.standby.folder / "data", "-s")
        self.primary, self.standby = self.standby, self.primary

    def renew_standby(self):
        self.standby.host.mend()
        self.standby.follow(self.primary).start()
        self.primary.wait_for_standby()
