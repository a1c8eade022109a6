"""Many visible tabs of one browser: over HTTP/1.1 the seventh waits, through a proxy with HTTP/2 none does."""

import pytest
from playwright.sync_api import expect
from proxies import NAME, Caddy, Nginx
from todoserver import Server

from todopage import add, labels

MANY = 12


@pytest.mark.parametrize("proxy", [Caddy, Nginx])
def test_twelve_tabs_of_one_browser_move_together_through_a_proxy(proxy, tmp_path, start, tabs_of):
    server = start(Server(tmp_path, "--behind-proxy", "--allowed-host", NAME))
    open_tab = tabs_of(start(proxy(tmp_path, server.port)).url)
    pages = [open_tab() for _ in range(MANY)]
    for page in pages:
        assert page.evaluate("document.visibilityState") == "visible"
        assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        expect(page.locator("#presence")).to_have_text(f"{MANY} people here")
    add(pages[-1], "Milk", "Tea")
    for page in pages:
        expect(labels(page)).to_have_text(["Milk", "Tea"])
        expect(page.locator(".banner")).to_be_hidden()
    assert server.figure("todo_streams") == MANY


def test_without_one_the_seventh_tab_waits_until_another_is_closed(tmp_path, start, tabs_of):
    server = start(Server(tmp_path, "--log-level", "info"))

    def pages_served():
        return server.log.read_text().count("path=/lists/groceries ")

    open_tab = tabs_of(server.url)
    pages = [open_tab() for _ in range(6)]
    for page in pages:
        expect(page.locator("#presence")).to_have_text("6 people here")
    seventh = pages[0].context.new_page()
    # Not goto, which would wait for the page as its reader does.
    seventh.evaluate("(url) => { location.href = url }", f"{server.url}/lists/groceries")
    # Meanwhile a change from elsewhere comes to all the others.
    server.post("/todos/groceries", newTodo="Milk")
    for page in pages:
        expect(labels(page)).to_have_text(["Milk"])
    assert pages_served() == 6
    pages[0].close()
    expect(labels(seventh)).to_have_text(["Milk"])
    assert pages_served() == 7
