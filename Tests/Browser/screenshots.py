"""Takes pictures of the pages: of an engine for looking at, or those of the README.

python Tests/Browser/screenshots.py --engine firefox FOLDER
python Tests/Browser/screenshots.py [FOLDER]     docs/ where none is named
"""

import argparse
import pathlib
import sys
import tempfile

# As a script it is not told where the tests' own modules are.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from todoserver import ROOT, Server  # noqa: E402
from engines import ENGINES, eventually
from engines.people import People

LONG = "Call the landlord about the window in the kitchen that does not close any more since the storm in October"
GROCERIES = ["Oat milk", "Bread", "Apples", "🍋 Lemons", "שלום (1)!", "خبز وزيت", "お茶とお米", LONG]
WIDTHS = [1280, 700, 360]


def picture(window, path):
    """Takes a picture once nothing moves any more."""
    eventually(lambda: window.evaluate("return document.getAnimations().length"), 0)
    window.screenshot(path)


def look(people, server, folder):
    """The pages in one engine, in all widths, light and dark: `list-light-700.png`, and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    for title in GROCERIES:
        server.post("/todos/groceries", newTodo=title)
    for id in [2, 4]:
        server.post(f"/todos/groceries/{id}/toggle")
    server.post("/todos/holidays", newTodo="Find the passports")
    for scheme in ["light", "dark"]:
        for width in WIDTHS:
            window = people.open_window(server.url, "/", **({"dark": True} if scheme == "dark" else {}))
            window.resize(width, 720)
            walk(window, lambda name: picture(window, folder / f"{name}-{scheme}-{width}.png"))
            window.close()


def walk(window, take):
    """Goes through the pages, and leaves them as they were."""
    take("index")
    window.goto("/lists/groceries")
    take("list")
    window.begin_edit("Bread")
    take("edit")
    window.press("Escape")
    window.destroy("Apples")
    eventually(window.offers, ["“Apples” deleted."])
    take("toast")
    window.undo()
    eventually(window.offers, [])
    window.goto("/lists/holidays")
    window.choose("Completed")
    eventually(window.shown, [])
    take("empty-filter")


def readme(people, server, folder):
    """The README's pictures: two windows on one list, and a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    one, two = [people.open_window(server.url, "/lists/groceries", friend=friend) for friend in [False, True]]
    for window in [one, two]:
        window.resize(700, 620)
    one.add("Oat milk", "Bread", "Coffee, the dark one", "Apples")
    one.toggle("Bread")
    eventually(two.completed, ["Bread"])
    two.begin_edit("Coffee").type(" from the shop at the corner")
    one.destroy("Apples")
    eventually(two.offers, ["“Apples” deleted."])
    eventually(two.presence, "2 people here")
    picture(one, folder / "list-light.png")
    picture(two, folder / "edit-light.png")
    people.close_windows()
    phone = people.open_window(server.url, "/lists/groceries", dark=True)
    phone.resize(360, 620)
    eventually(phone.presence, "1 person here")
    picture(phone, folder / "list-dark.png")
    server.post("/todos/holidays", newTodo="Find the passports")
    server.post("/todos/holidays", newTodo="Water the plants")
    phone.goto("/")
    eventually(lambda: phone.count("#lists li"), 2)
    picture(phone, folder / "index-dark.png")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--engine", choices=list(ENGINES))
    arguments.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "docs")
    chosen = arguments.parse_args()
    people = People(chosen.engine or "chromium")
    with tempfile.TemporaryDirectory() as database:
        server = Server(pathlib.Path(database)).start()
        try:
            (look if chosen.engine else readme)(people, server, chosen.folder)
        finally:
            people.quit()
            server.stop()
