"""Real brokers, each on a port of its own with a password, that keep nothing or keep it in a test's folder."""

import os
import pathlib
import select
import shutil
import signal
import subprocess

from service import Service
from todoserver import free_port, is_free


class Nats(Service):
    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "nats.log"
        self.port = free_port()
        self.url = f"nats://todo:right@127.0.0.1:{self.port}"

    @staticmethod
    def is_here():
        return shutil.which("nats-server") is not None

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen(
                ["nats-server", "--addr", "127.0.0.1", "--port", str(self.port), "--user", "todo", "--pass", "right"],
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        return not is_free(self.port)

    def kill(self):
        self.stop(by=signal.SIGKILL)


class PostgreSQL(Service):
    programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=None)

    def __init__(self, folder, fsync="off"):
        self.fsync = fsync
        # Not in the test's folder, in which another user may not look.
        self.folder = pathlib.Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
        self.log = folder / "postgresql.log"
        self.port = free_port()
        self.url = f"postgres://postgres:right@127.0.0.1:{self.port}/postgres"
        (self.folder / "password").write_text("right\n")
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "postgres", self.folder], check=True)
        self.call(
            "initdb", "-D", self.folder / "data", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-A",
            "scram-sha-256", "--pwfile", self.folder / "password")

    @classmethod
    def is_here(cls):
        return cls.programs is not None

    def words(self, name, *options):
        """It does not run as root: what root starts runs as the user that Debian's package has made."""
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        return [*user, self.programs / name, *options]

    def call(self, name, *options):
        return subprocess.run(
            self.words(name, *options), cwd=self.folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def sql(self, *commands):
        options = [option for command in commands for option in ["-c", command]]
        self.call("psql", "-q", "-v", "ON_ERROR_STOP=1", self.url, *options)

    def run(self):
        # Where it was killed, its file says that it is running.
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        with self.log.open("a") as log:
            return subprocess.Popen(
                self.words(
                    "postgres", "-D", self.folder / "data", "-p", str(self.port), "-c", f"fsync={self.fsync}",
                    "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        asked = subprocess.run([self.programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)], stdout=subprocess.PIPE)
        return asked.returncode == 0

    def kill(self):
        """Ends it and its children at once, as the loss of its host would."""
        # Which makes no new ones meanwhile.
        self.process.send_signal(signal.SIGSTOP)
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], stdout=subprocess.PIPE, text=True).stdout
        gone = [os.pidfd_open(int(child)) for child in children.split()]
        for child in gone:
            signal.pidfd_send_signal(child, signal.SIGKILL)
        self.stop(by=signal.SIGKILL)
        # What they hold in memory would keep it from starting again.
        for child in gone:
            select.select([child], [], [])
            os.close(child)

    def remove(self):
        shutil.rmtree(self.folder)

