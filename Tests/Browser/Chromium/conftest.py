"""Tests of what only Chromium's driver can look at or do: its protocol, requests on their way, touch, the clock, axe."""

import pytest
from playwright.sync_api import sync_playwright


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
def tabs_of(browser):
    """Opens tabs of one browser on the lists of a site; a tab in which a script fails fails the test.

    A request that did not reach the server is no such failure, though the client throws then, too.
    """
    contexts = []
    errors = []

    def tabs_of_site(url):
        # A proxy's certificate is of an authority that was made for the test.
        context = browser.new_context(ignore_https_errors=True)
        contexts.append(context)

        def open_tab(path="/lists/groceries"):
            page = context.new_page()
            page.on("pageerror", lambda error: "FetchFailed" in str(error) or errors.append(str(error)))
            page.goto(url + path)
            return page

        return open_tab

    yield tabs_of_site
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def tabs(server, tabs_of):
    """Opens tabs on the server's lists."""
    return tabs_of(server.url)
