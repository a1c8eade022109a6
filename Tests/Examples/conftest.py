"""The examples, each built as the package of its own that it is, and started on a free port."""

import http.client
import json
import socket
import subprocess

import pytest
from service import Service
from todoserver import ROOT, free_port

EXAMPLES = ROOT / "Examples"


def swift(*arguments, package):
    """Runs a command of SwiftPM's in a package. Returns what it printed; a warning of the compiler's is an error."""
    done = subprocess.run(
        ["swift", *arguments, "--package-path", package, "-Xswiftc", "-warnings-as-errors"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout


class Example(Service):
    """One example's server."""

    def __init__(self, program, log, *arguments):
        self.program = program
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen([self.program, str(self.port), *self.arguments], stdout=log, stderr=log)

    def answers(self):
        try:
            self.request("GET", "/")
        except OSError:
            return False
        return True

    def request(self, method, path, **signals):
        """One request, with signals as Datastar sends them; returns the status and the text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            body = json.dumps(signals) if method == "POST" else None
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def stream(self, path, receive_buffer=None, port=None, **headers):
        """A stream that has been asked for, of which nothing has been read."""
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", port or self.port))
        fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())
        return connection


@pytest.fixture
def start(request, tmp_path):
    """Builds an example and starts it; it is ended with the test."""

    def start_example(name, product=None):
        swift("build", package=EXAMPLES / name)
        server = Example(EXAMPLES / name / ".build/debug" / (product or name), tmp_path / "log")
        request.addfinalizer(server.stop)
        server.start()
        return server

    return start_example
