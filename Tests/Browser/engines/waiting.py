"""Waiting for what a page is going to show: the condition is looked at until it holds, or time is up."""

import time

from selenium.common.exceptions import JavascriptException, NoSuchElementException, StaleElementReferenceException

PATIENCE = 6  # seconds
INTERVAL = 0.03
# What a page throws while it is being changed: look again.
CHANGING = (JavascriptException, NoSuchElementException, StaleElementReferenceException, IndexError)


def eventually(read, wanted=True, message="", within=PATIENCE):
    """Waits until `read()` returns `wanted` (anything true where that is left out), and returns what it returned.

    `eventually(one.labels, ["Milk", "Tea"])`
    """
    deadline = time.monotonic() + within
    while True:
        try:
            seen = read()
        except CHANGING as error:
            seen = error
        else:
            if (seen and wanted is True) or seen == wanted:
                return seen
        if time.monotonic() > deadline:
            what = f"{message}: " if message else ""
            raise AssertionError(f"{what}wanted {wanted!r} within {within} s, and saw {seen!r}")
        time.sleep(INTERVAL)
