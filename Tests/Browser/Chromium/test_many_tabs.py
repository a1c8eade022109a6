"""Many visible tabs of one browser through a proxy: by HTTP/2 each has a stream."""

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
        expect(page.locator("#presence")).to_have_text("1 person here")
    add(pages[-1], "Milk", "Tea")
    for page in pages:
        expect(labels(page)).to_have_text(["Milk", "Tea"])
        expect(page.locator(".banner")).to_be_hidden()
    assert server.figure("todo_streams") == MANY
