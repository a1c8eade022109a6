"""A server, a browser and pages for each test, all real: the built server, Chromium, the Datastar client."""

import pathlib
import re
import signal
import socket
import subprocess

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """One todo-server on a port and a database of its own."""

    def __init__(self, folder):
        self.database = folder / "todos.sqlite"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [ROOT / ".build/debug/todo-server", "--port", str(self.port), "--database", self.database],
            cwd=self.database.parent, env={"TODO_ROOT": str(ROOT)}, stderr=subprocess.PIPE,
            text=True)
        for line in self.process.stderr:
            if re.search(r"open http://", line):
                return self
        raise RuntimeError(f"the server ended with status {self.process.wait()}")

    def stop(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        status = self.process.wait(timeout=10)
        self.process.stderr.close()
        return status


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path).start()
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # Names under .example lead to this machine, as an attacker's name may.
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1"])
        yield browser
        browser.close()


@pytest.fixture
def tabs(browser, server):
    """Opens tabs of one browser on lists; a tab in which a script fails fails the test.

    A request that did not reach the server is no such failure, though the client throws then, too.
    """
    context = browser.new_context()
    errors = []

    def open_tab(path="/lists/groceries"):
        page = context.new_page()
        page.on("pageerror", lambda error: "FetchFailed" in str(error) or errors.append(str(error)))
        page.goto(server.url + path)
        return page

    yield open_tab
    context.close()
    assert errors == []
