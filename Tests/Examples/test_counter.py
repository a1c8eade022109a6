"""The counter: one file, the process's own pub/sub."""

import contextlib
import threading

from conftest import EXAMPLES
from playwright.sync_api import expect, sync_playwright
from streams import read_until
from todoserver import ROOT


def test_a_count_is_shown_to_all_who_are_there_and_who_come(start):
    counter = start("Counter")
    status, page = counter.request("GET", "/")
    assert status == 200 and '<output id="count">' in page
    with contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(counter.stream("/updates")) for _ in range(2))
        assert ">0</output>" in read_until(first, "</output>")
        threads = [threading.Thread(target=counter.request, args=("POST", "/add")) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for stream in [first, second, stack.enter_context(counter.stream("/updates"))]:
            read_until(stream, ">20</output>")


def test_two_windows_move_together(start):
    counter = start("Counter")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        windows = [browser.new_page(), browser.new_page()]
        for window in windows:
            # The client that the page loads from elsewhere.
            window.route("**/datastar.js", lambda route: route.fulfill(path=ROOT / "Public/vendor/datastar.js"))
            window.goto(counter.url)
            expect(window.locator("#count")).to_have_text("0")
        windows[0].get_by_role("button").click()
        windows[1].get_by_role("button").click()
        for window in windows:
            expect(window.locator("#count")).to_have_text("2")
        browser.close()


def test_it_is_short():
    assert len((EXAMPLES / "Counter/Sources/Counter/Counter.swift").read_text().splitlines()) < 40
