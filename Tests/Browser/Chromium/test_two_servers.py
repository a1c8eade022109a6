"""Two browsers at two servers that share a database and a Redis: they move together, also through Caddy."""

import shutil

import pytest
from playwright.sync_api import expect
from proxies import NAME, Caddy
from redisserver import Redis
from todoserver import PROGRAM_WITH_REDIS, two_servers

from todopage import add, begin_edit, labels, row

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not here")


@pytest.fixture
def redis(tmp_path, start):
    return start(Redis(tmp_path))


@pytest.fixture
def servers(tmp_path, start, redis):
    options = ["--pubsub", redis.url, "--behind-proxy", "--allowed-host", NAME]
    return [start(server) for server in two_servers(tmp_path, *options, program=PROGRAM_WITH_REDIS)]


def test_what_one_browser_does_shows_in_the_other_at_the_other_server(servers, tabs_of):
    here, there = (tabs_of(server.url)() for server in servers)
    for page in (here, there):
        expect(page.locator("#presence")).to_have_text("2 people here")
    add(here, "Milk", "Tea")
    expect(labels(there)).to_have_text(["Milk", "Tea"])
    edit = begin_edit(there, "Tea")
    edit.fill("Green tea, half typ")
    row(here, "Milk").locator(".toggle").check()
    expect(row(there, "Milk")).to_have_class("completed")
    expect(edit).to_have_value("Green tea, half typ")
    edit.press("Enter")
    expect(labels(here)).to_have_text(["Milk", "Green tea, half typ"])
    row(here, "Milk").hover()
    row(here, "Milk").locator(".destroy").click()
    there.get_by_role("button", name="Undo").click()
    expect(labels(here)).to_have_text(["Milk", "Green tea, half typ"])


def test_while_redis_is_away_each_browser_sees_what_it_does_and_then_all_of_it(servers, redis, tabs_of):
    here, there = (tabs_of(server.url)() for server in servers)
    add(here, "Milk")
    expect(labels(there)).to_have_text(["Milk"])
    redis.kill()
    add(here, "Tea")
    expect(labels(here)).to_have_text(["Milk", "Tea"])
    add(there, "Eggs")
    expect(labels(there)).to_have_text(["Milk", "Tea", "Eggs"])
    redis.start()
    expect(labels(here)).to_have_text(["Milk", "Tea", "Eggs"])


def test_twelve_tabs_behind_caddy_move_together_at_two_servers(servers, tmp_path, start, tabs_of):
    open_tab = tabs_of(start(Caddy(tmp_path, *(server.port for server in servers))).url)
    pages = [open_tab() for _ in range(12)]
    for page in pages:
        # They are one browser's, though at two servers.
        expect(page.locator("#presence")).to_have_text("1 person here")
    add(pages[0], "Milk", "Tea")
    for page in pages:
        expect(labels(page)).to_have_text(["Milk", "Tea"])
    # Caddy gives each new stream to the server that has fewer.
    assert [server.figure("todo_streams") for server in servers] == [6, 6]
