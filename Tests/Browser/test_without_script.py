"""With scripts switched off, plain forms and links do the work."""

import pytest

from engines import eventually


@pytest.fixture
def window(engine, open_window):
    if engine.name == "webkit":
        engine.cannot("its driver cannot switch scripts off")
    return open_window("/", script=False)


def make_list(window, *titles):
    window.enter("Groceries")
    eventually(lambda: window.text("h1"), "Groceries")
    for place, title in enumerate(titles, 1):
        window.enter(title)
        eventually(window.labels, [*titles[:place]])


def use(window, title, button):
    window.row(title).find("button", button, exact=True).click()


def test_todos_by_forms(window):
    make_list(window, "Milk", "Tea", "Eggs")
    use(window, "Milk", "Done")
    eventually(window.completed, ["Milk"])
    use(window, "Milk", "Reopen")
    eventually(window.completed, [])
    window.button("Complete all").click()
    eventually(window.completed, ["Milk", "Tea", "Eggs"])
    window.button("Reopen all").click()
    eventually(window.completed, [])
    use(window, "Milk", "Done")
    eventually(window.completed, ["Milk"])
    use(window, "Tea", "Edit")
    window.fill(".plain-edit input[name=title]", "Green tea")
    window.button("Save").click()
    eventually(window.labels, ["Milk", "Green tea", "Eggs"])
    use(window, "Eggs", "Delete")
    eventually(window.labels, ["Milk", "Green tea"])
    window.undo()
    eventually(window.labels, ["Milk", "Green tea", "Eggs"])
    window.choose("Active")
    eventually(window.shown, ["Green tea", "Eggs"])
    window.choose("All")
    eventually(window.shown, ["Milk", "Green tea", "Eggs"])
    window.button("Clear completed").click()
    eventually(window.labels, ["Green tea", "Eggs"])


def test_order_by_a_form(window):
    make_list(window, "Milk", "Tea", "Eggs")
    use(window, "Milk", "Edit")
    move(window, 2)
    eventually(window.labels, ["Tea", "Milk", "Eggs"])
    use(window, "Eggs", "Edit")
    eventually(lambda: window.count(".plain-edit input[name=place][value='3'][max='3']"), 1)
    move(window, 1)
    eventually(window.labels, ["Eggs", "Tea", "Milk"])


def move(window, place):
    window.fill(".plain-edit input[name=place]", str(place))
    window.find(".plain-edit button", "Move").click()


def test_lists_by_forms(window):
    make_list(window, "Milk")
    window.open_menu()
    window.fill(".list-menu input[name=name]", "Food")
    window.button("Rename").click()
    eventually(lambda: window.text("h1"), "Food")
    window.open_menu()
    window.type(".list-menu textarea", "- [x] Bread\n- Tea")
    window.button("Import").click()
    eventually(window.labels, ["Milk", "Bread", "Tea"])
    window.find("a", "All lists").click()
    eventually(lambda: "2 open, 1 done" in window.text("#list-groceries"))
    window.click("#list-groceries .destroy")
    eventually(lambda: window.count("#list-groceries"), 0)
    window.undo()
    eventually(window.labels, ["Milk", "Bread", "Tea"])
