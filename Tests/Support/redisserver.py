"""A real Redis on a port of its own, which keeps nothing on the disk."""

import socket
import subprocess

from todoserver import free_port


class Redis:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        """Starts it, also on the same port anew, and returns when it answers."""
        with (self.folder / "redis.log").open("a") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                cwd=self.folder, stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"Redis ended: {(self.folder / 'redis.log').read_text()}")
            try:
                self.process.wait(timeout=0.01)
            except subprocess.TimeoutExpired:
                pass
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    stop = kill

    def is_running(self):
        return self.process is not None and self.process.poll() is None
