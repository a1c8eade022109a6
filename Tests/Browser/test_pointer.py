"""What is pressed is what is clicked, a drag goes as far as the list does, and filters are links."""

import pytest

from engines import eventually

LONG = "Coffee, the dark one from the shop at the corner, and if they have none of it the other one from the market"


def middle(part):
    box = part.box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def scrolled(window):
    return window.evaluate("return scrollY")


# MARK: Clicks beside an edit

@pytest.mark.parametrize("text", ["Tea", LONG + LONG], ids=["shorter", "longer"])
def test_a_click_beside_an_edit_is_on_what_was_pressed(open_window, server, text):
    window = open_window()
    window.resize(600, 700)
    window.add(LONG, "Milk", "Bread")
    window.begin_edit(LONG).fill(text)
    box = window.row("Bread").find(".toggle")
    window.pointer.move(*middle(box))
    before = box.box()
    window.pointer.press()
    # What another does shows at once, and with it would what the edit has stored.
    assert server.post("/todos/groceries/2/toggle", completed=True)[0] == 204
    eventually(lambda: window.is_done("Milk"))
    assert box.box() == before
    window.pointer.release()
    eventually(lambda: window.is_done("Bread"))
    eventually(window.labels, [text, "Milk", "Bread"])
    eventually(lambda: server.todos("groceries"), [text, "Milk", "Bread"])


def test_an_edit_that_is_left_by_a_click_is_stored_before_what_the_click_does(open_window, relay):
    window = open_window(site=relay.url)
    window.add("Milk", "Tea")
    window.toggle("Milk")
    eventually(lambda: window.is_visible(".clear-completed"))
    window.begin_edit("Milk").fill("Oat milk")
    window.click(".clear-completed")
    eventually(window.labels, ["Tea"])
    commands = [post.path for post in relay.posts() if post.path.startswith("/todos/")]
    assert commands[-2:] == ["/todos/groceries/1/edit", "/todos/groceries/clear-completed"]
    assert window.notice() == ""


def test_one_edit_leads_to_the_next_by_one_click(open_window, server):
    window = open_window()
    window.add("Milk", "Tea")
    window.begin_edit("Milk").fill("Oat milk")
    window.row("Tea").hover()
    window.row("Tea").find(".edit-button").click()
    field = window.find(".editing .edit")
    eventually(field.value, "Tea")
    assert field.is_focused()
    eventually(lambda: server.todos("groceries"), ["Oat milk", "Tea"])


def test_a_press_that_is_let_go_elsewhere_ends_the_edit_too(open_window, server):
    window = open_window()
    window.add("Milk", "Tea")
    window.begin_edit("Milk").fill("Oat milk")
    x, y = middle(window.find("h1"))
    window.pointer.move(x, y)
    window.pointer.press()
    window.pointer.move(x, y + 300, steps=4, start=(x, y))
    window.pointer.release()
    eventually(lambda: server.todos("groceries"), ["Oat milk", "Tea"])
    eventually(lambda: window.count(".editing"), 0)


def test_a_press_within_the_field_goes_on_with_the_edit(open_window):
    window = open_window()
    window.add("Milk", "Tea")
    field = window.begin_edit("Milk")
    field.type("!")
    field.click()
    assert field.is_focused()
    window.press("End", "!")
    assert field.value() == "Milk!!"


def test_nothing_that_comes_up_moves_what_is_about_to_be_pressed(open_window, server):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    parts = [window.find(css) for css in ["h1", ".new-todo", ".toggle-all", ".filters"]]
    parts += [window.row(title) for title in ["Milk", "Tea", "Eggs"]]

    def places():
        return [(part.box()["x"], part.box()["y"]) for part in parts]

    before = places()
    window.toggle("Tea")
    eventually(lambda: window.is_visible(".clear-completed"))
    assert places() == before
    open_window(friend=True)
    eventually(lambda: window.is_visible(".presence"))
    assert places() == before
    assert server.post("/todos/groceries", newTodo="Bread")[0] == 201
    eventually(lambda: len(window.labels()), 4)
    window.row("Bread").find(".destroy").click()
    eventually(window.offers)
    assert places() == before
    server.stop()
    eventually(lambda: window.is_visible(".banner"))
    assert places() == before


# MARK: Drags through long lists

@pytest.fixture
def long(open_window, server):
    """A window on a list that is three times as high."""
    text = "\n".join(f"- [ ] todo {number:02}" for number in range(60))
    assert server.post("/lists/groceries/import", text=text)[0] == 201
    window = open_window()
    assert window.evaluate("return document.documentElement.scrollHeight > 2 * innerHeight")
    return window


def begin_drag(window, title, to):
    """Presses a handle and draws it to a height of the window."""
    start = middle(window.row(title).find(".handle"))
    window.pointer.move(*start)
    window.pointer.press()
    window.pointer.move(start[0] + 20, to, steps=6, start=start)
    eventually(lambda: window.is_visible(".drop-line"))


def test_a_drag_scrolls_at_the_edges_of_the_window(long, server):
    height = long.evaluate("return innerHeight")
    begin_drag(long, "todo 01", to=height - 8)
    eventually(lambda: scrolled(long) > height)
    long.pointer.move(300, height / 2)
    long.pointer.release()
    eventually(lambda: long.labels().index("todo 01") > 10)
    eventually(lambda: server.todos("groceries"), long.labels())
    begin_drag(long, "todo 01", to=8)
    eventually(lambda: scrolled(long), 0, within=15)
    long.pointer.release()
    eventually(lambda: server.todos("groceries").index("todo 01") < 5)


def test_a_drag_scrolls_no_more_when_it_is_over(long):
    height = long.evaluate("return innerHeight")
    begin_drag(long, "todo 01", to=height - 8)
    eventually(lambda: scrolled(long) > 20)
    long.pointer.release()
    place = scrolled(long)
    frames = "const next = () => frames-- ? requestAnimationFrame(next) : (window.seen = scrollY); let frames = 5; next()"
    long.evaluate(frames)
    assert abs(eventually(lambda: long.evaluate("return window.seen")) - place) < 40


def test_a_drag_follows_the_wheel(long, server):
    begin_drag(long, "todo 01", to=400)
    line = long.find(".drop-line").box()
    long.pointer.turn_wheel(300, 400, by=500)
    eventually(lambda: scrolled(long) >= 400)
    eventually(lambda: abs(long.find(".drop-line").box()["y"] - line["y"]) < 60)
    long.pointer.release()
    eventually(lambda: server.todos("groceries").index("todo 01") > 10)
    moved = long.row("todo 01")
    eventually(lambda: abs(moved.box()["y"] + moved.box()["height"] / 2 - 400) < 60)


def test_a_drag_ends_where_its_row_is_deleted_by_another(open_window, server):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    window.pointer.drag(window.row("Milk").find(".handle"), window.row("Eggs"), drop=False)
    eventually(lambda: window.is_visible(".drop-line"))
    assert server.post("/todos/groceries/1/delete")[0] == 204
    eventually(lambda: window.count(".drop-line"), 0)
    window.pointer.release()
    window.add("Bread")
    assert window.labels() == ["Tea", "Eggs", "Bread"]
    assert window.notice() == ""


def test_a_drag_stands_behind_another_row_where_the_one_above_is_deleted(open_window, server):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    window.pointer.drag(window.row("Milk").find(".handle"), window.row("Eggs"), at=0.6, drop=False)
    eventually(lambda: window.is_visible(".drop-line"))
    assert server.post("/todos/groceries/3/delete")[0] == 204
    eventually(window.labels, ["Milk", "Tea"])
    window.pointer.release()
    eventually(lambda: server.todos("groceries"), ["Tea", "Milk"])
    assert window.notice() == ""


# MARK: Links

@pytest.mark.parametrize("click", ["ctrl_click", "middle_click"])
def test_a_filter_opens_in_another_tab(open_window, engine, click):
    if engine.name == "webkit":
        engine.cannot("opens no other tab for a link")
    window = open_window()
    window.add("Milk", "Tea")
    window.toggle("Tea")
    eventually(window.completed, ["Tea"])
    [tab] = window.opened_by(getattr(window.find(".filters a", "Active", exact=True), click))
    assert window.address().endswith("/lists/groceries")
    assert window.shown() == ["Milk", "Tea"]
    eventually(tab.address, window.address() + "?filter=active")
    eventually(lambda: tab.text(".filters .selected"), "Active")


def test_a_link_in_a_title_is_followed_in_another_tab_and_leaves_the_todo_as_it_is(open_window, server):
    window = open_window()
    title = f"Read {server.url}/lists/work (soon)"
    window.add(title)
    link = eventually(lambda: window.row("Read").find("label a").attribute("href"))
    assert link == f"{server.url}/lists/work"
    assert "noopener" in window.row("Read").find("label a").attribute("rel")
    [tab] = window.opened_by(window.row("Read").find("label a").click)
    eventually(tab.address, link)
    assert tab.evaluate("return window.opener") is None
    assert window.count(".editing") == 0
    assert not window.is_done("Read")
    window.row("Read").find(".edit-button").click()
    eventually(lambda: window.value(".editing .edit"), title)
