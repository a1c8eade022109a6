"""A real Redis on a port of its own, which keeps nothing on the disk."""

import shutil
import signal
import socket
import subprocess

from service import Service
from todoserver import free_port


class Redis(Service):
    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "redis.log"
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @staticmethod
    def is_here():
        return shutil.which("redis-server") is not None

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                cwd=self.folder, stdout=log, stderr=log)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.stop(by=signal.SIGKILL)
