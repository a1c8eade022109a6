"""A log that nobody reads, or that cannot be written, stops nothing."""

import os
import re
import subprocess
import time

import pytest
from todoserver import PROGRAM, ROOT, Server


class PipedServer(Server):
    """A server that logs into a pipe."""

    def run(self):
        self.pipe, end = os.pipe()
        os.set_blocking(self.pipe, False)
        self.text = ""
        try:
            return subprocess.Popen(
                [PROGRAM, "--port", str(self.port), "--database", self.database, *self.options],
                cwd=self.database.parent, env={"TODO_ROOT": str(ROOT), **os.environ}, stderr=end)
        finally:
            os.close(end)

    def read(self):
        """All that has been logged until now."""
        try:
            while data := os.read(self.pipe, 65536):
                self.text += data.decode()
        except BlockingIOError:
            pass
        return self.text

    def answers(self):
        return "open http://" in self.read()


@pytest.fixture
def piped(tmp_path):
    server = PipedServer(tmp_path, "--log-level", "info").start()
    yield server
    os.close(server.pipe)
    if server.is_running():
        server.process.kill()
        server.process.wait()


def send(server, count):
    """Sends requests over one connection, each of which is logged."""
    with server.connect() as connection, connection.makefile("rb") as answers:
        for start in range(0, count, 100):
            connection.sendall(100 * b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for _ in range(100):
                assert answers.readline().startswith(b"HTTP/1.1 404 ")
                while answers.readline() != b"\r\n":
                    pass
                assert answers.readline() == b"there is nothing at this address\n"


def told(text):
    """How many requests a log tells of, and how many lines it says are missing."""
    missing = re.findall(r' level=warning msg="log lines were dropped[^\n]* count=(\d+)\n', text)
    return text.count(" msg=request "), sum(map(int, missing))


def test_a_log_that_nobody_reads_holds_nothing_up(piped):
    # As much as the pipe takes and as may wait, and more.
    send(piped, 12_000)
    assert piped.post("/todos/a", newTodo="milk")[0] == 201
    dropped = piped.figure("todo_log_lines_dropped_total")
    assert dropped > 0
    # Once it is read it goes on, and says what is missing.
    while sum(told(piped.read())) < 12_001:
        time.sleep(0.01)
    assert told(piped.text)[1] >= dropped
    send(piped, 100)
    assert piped.stop() == 0
    lines = piped.read().splitlines()
    assert lines[-1].endswith(" msg=stopped")
    assert all(re.match(r"time=2\S+ level=\w+ msg=", line) for line in lines)


def test_a_log_that_nobody_reads_does_not_hold_a_stop_up(piped):
    send(piped, 12_000)
    begun = time.monotonic()
    piped.process.terminate()
    assert piped.process.wait(timeout=10) == 0
    assert time.monotonic() - begun < 5


def test_a_log_whose_reader_has_gone_ends_nothing(piped):
    os.close(piped.pipe)
    piped.pipe = os.open(os.devnull, os.O_RDONLY)
    send(piped, 1_000)
    while piped.figure("todo_log_lines_dropped_total") < 1_000:  # the last are written a moment later
        time.sleep(0.01)
    assert piped.stop() == 0
