"""A server, a browser and pages for each test, all real: the built server, Chromium, the Datastar client."""

import pytest
from playwright.sync_api import sync_playwright
from todoserver import Server


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path).start()
    yield server
    if server.is_running():
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
