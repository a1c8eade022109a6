"""Pages that follow random changes: whatever happens to the lists and to the lines, each is what is loaded anew."""

import shutil

import pytest
from redisserver import Redis
from todoserver import PROGRAM_WITH_REDIS, two_servers

from engines import eventually
from engines.people import People
from engines.relay import Relay
from pagestate import difference, revision, state
from randomchanges import RandomChanges
from someone import Someone

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not here")

OPERATIONS = 2_000
ROUND = 50  # operations between two looks at the pages
LISTS = {"small": 60, "middle": 200, "large": 450}


@pytest.fixture
def servers(tmp_path, start):
    redis = start(Redis(tmp_path))
    return [start(server) for server in two_servers(tmp_path, "--pubsub", redis.url, program=PROGRAM_WITH_REDIS)]


@pytest.fixture
def relays(servers):
    """Networks before the servers, on which lines are cut; on the last one all comes late."""
    with Relay(servers[0].port) as one, Relay(servers[1].port) as two, Relay(servers[1].port) as slow:
        slow.latency = 0.03
        yield one, two, slow


@pytest.fixture
def changes(servers):
    changes = RandomChanges(16, servers, list(LISTS))
    for name, count in LISTS.items():
        changes.fill(name, count)
    yield changes
    changes.close()


class Window:
    """A window that can be hidden, which Playwright's cannot; it is spoken to as they are."""

    def __init__(self, people, site, path):
        self.window = people.open_window(site, path)
        self.hide, self.show = self.window.hide, self.window.show

    def evaluate(self, function):
        return self.window.evaluate(f"return ({function})()")


@pytest.fixture
def open_window():
    people = People("chromium")
    yield lambda site, path: Window(people, site, path)
    assert people.errors() == []
    people.quit()


def disturb(random, relays):
    """Cuts lines now and then: between two changes, or in the middle of the next one that is large."""
    relay = random.choice(relays)
    match random.randrange(12):
        case 0:
            relay.cut("/subscribe")
        case 1:
            relay.cut_within("/subscribe", random.randrange(200, 4_000))


def compare(pages, fresh, site):
    """Compares pages that have followed with the same addresses, loaded anew."""
    for path in dict(pages):
        fresh.goto(site + path)
        wanted, loaded = revision(fresh), state(fresh)
        for page in [page for address, page in pages if address == path]:
            eventually(lambda: revision(page), wanted, message=f"{path} is in step", within=20)
            assert difference(state(page), loaded) is None, path


def test_pages_that_follow_are_what_is_loaded_anew(servers, relays, changes, tabs_of, open_window):
    at_one, at_two = (tabs_of(relay.url) for relay in relays[:2])
    pages = [(path, at_one(path)) for path in ("/", "/lists/small", "/lists/large", "/lists/middle?filter=active")]
    pages += [(path, at_two(path)) for path in ("/", "/lists/small", "/lists/large")]
    hideable = open_window(servers[1].url, "/lists/small")
    pages.append(("/lists/small", hideable))
    fresh = tabs_of(servers[0].url)("/")
    someone = Someone(tabs_of(relays[2].url)("/lists/middle"), changes, "middle")
    for number in range(OPERATIONS // ROUND):
        someone.begin(number)
        if number % 4 == 1:
            hideable.hide()
        if number % 8 == 3:
            relays[1].keep_away("/subscribe")
        for _ in range(5):
            disturb(changes.random, relays)
            changes.make(ROUND // 5)
        relays[1].let_through()
        if number % 4 == 1:
            hideable.show()
        someone.finish()
        compare(pages, fresh, servers[number % 2].url)
        # What it has done itself shows at once, and gives way to what is stored.
        fresh.goto(servers[0].url + "/lists/middle")
        stored = state(fresh)
        eventually(lambda: difference(state(someone.page), stored), None, within=20,
                   message="what someone sees is what is stored")
    # Each command there is.
    assert len(changes.sent) == 12, changes.sent
