"""Takes the README's screenshots: python Tests/Browser/screenshots.py [FOLDER], docs/ where none is named."""

import pathlib
import sys
import tempfile

from playwright.sync_api import expect, sync_playwright

# As a script it is not told where the tests' own modules are.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from todoserver import ROOT, Server  # noqa: E402
from todopage import add, begin_edit, offers, row


def wide(browser, server, folder):
    """Two windows on one list, in one picture each."""
    context = browser.new_context(color_scheme="light", viewport={"width": 700, "height": 620})
    one, two = context.new_page(), context.new_page()
    for page in [one, two]:
        page.goto(server.url + "/lists/groceries")
    add(one, "Oat milk", "Bread", "Coffee, the dark one", "Apples")
    row(one, "Bread").locator(".toggle").check()
    begin_edit(two, "Coffee").press_sequentially(" from the shop at the corner")
    row(one, "Apples").locator(".destroy").click()
    expect(offers(two)).to_be_visible()
    expect(two.locator("#presence")).to_have_text("2 people here")
    one.screenshot(path=folder / "list-light.png")
    two.screenshot(path=folder / "edit-light.png")
    context.close()


def narrow(browser, server, folder):
    context = browser.new_context(color_scheme="dark", viewport={"width": 360, "height": 620})
    page = context.new_page()
    page.goto(server.url + "/lists/groceries")
    expect(page.locator("#presence")).to_have_text("1 person here")
    page.screenshot(path=folder / "list-dark.png")
    page.goto(server.url + "/lists/holidays")
    add(page, "Find the passports", "Water the plants")
    page.goto(server.url)
    expect(page.locator("#lists li")).to_have_count(2)
    page.screenshot(path=folder / "index-dark.png")
    context.close()


def take(browser, server, folder):
    folder.mkdir(parents=True, exist_ok=True)
    wide(browser, server, folder)
    narrow(browser, server, folder)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as database, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        server = Server(pathlib.Path(database)).start()
        take(browser, server, pathlib.Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs")
        server.stop()
        browser.close()
