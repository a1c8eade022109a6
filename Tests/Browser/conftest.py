"""A server and the windows of real browsers for each test: nothing between them is replaced."""

import pytest
from todoserver import Server

from engines import ENGINES
from engines.people import People
from engines.relay import Relay


def pytest_addoption(parser):
    parser.addoption("--engine", action="append", choices=list(ENGINES),
                     help="runs the tests in this engine alone; can be given more than once")


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("engine") or list(ENGINES)
        metafunc.parametrize("engine", chosen, indirect=True, scope="session")


def pytest_collection_modifyitems(config, items):
    """Leaves out what only Chromium's driver can do where Chromium is not chosen."""
    chosen = config.getoption("engine")
    if chosen and "chromium" not in chosen:
        others = [item for item in items if "engine" not in item.fixturenames]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture
def start():
    """Starts servers and proxies, and ends after the test what still runs, the last first."""
    started = []

    def start_one(one):
        started.append(one)
        return one.start()

    yield start_one
    for one in reversed(started):
        if one.is_running():
            one.stop()


@pytest.fixture
def server(tmp_path, start):
    return start(Server(tmp_path))


@pytest.fixture(scope="session")
def engine(request):
    """The browsers of one engine, which stay open for all tests."""
    people = People(request.param)
    yield people
    people.quit()


@pytest.fixture
def open_window(engine, server):
    """Opens windows on the server's lists; a page in which a script fails fails the test."""
    def open(path="/lists/groceries", site=server.url, **options):
        return engine.open_window(site, path, **options)

    yield open
    engine.close_windows()
    assert engine.errors() == []


@pytest.fixture
def relay(server):
    """A network between the windows and the server: `open_window(site=relay.url)`."""
    with Relay(server.port) as relay:
        yield relay


@pytest.fixture
def one(open_window, relay):
    """A window on the list, with the relay between it and the server."""
    return open_window(site=relay.url)


@pytest.fixture
def friend(open_window):
    """A window on the same list in a browser of somebody else."""
    return open_window(friend=True)
