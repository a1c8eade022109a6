"""A server for each test, real and built, with the figures that a test wants to see unchanged."""

import pytest
from todoserver import Server


@pytest.fixture
def start(tmp_path):
    """Starts servers with options of their own."""
    servers = []

    def start_server(*options, **popen):
        servers.append(Server(tmp_path, *options, **popen).start())
        return servers[-1]

    yield start_server
    for server in servers:
        if server.is_running():
            server.stop()


@pytest.fixture
def server(start):
    return start()
