"""Whoever uses the keys alone always knows where they are: the focus never falls to the body."""

import pytest

from engines import eventually


@pytest.fixture
def window(open_window):
    return open_window()


def focus(window, title, css):
    part = window.row(title).find(css)
    part.focus()
    eventually(part.is_focused)


def focused_row(window):
    """What has the focus, and in which row."""
    return window.evaluate("const it = document.activeElement; return [it.classList[0] ?? it.localName,"
                           "it.closest('li')?.querySelector('label, a, bdi').textContent]")


# MARK: Rows that move and go

@pytest.mark.parametrize("with_move_before", [True, False], ids=["as it is", "without moveBefore"])
def test_the_arrow_keys_move_a_todo_step_by_step(window, server, with_move_before):
    window.add("Milk", "Tea", "Eggs", "Bread")
    if not with_move_before:
        window.evaluate("delete Element.prototype.moveBefore")
    focus(window, "Bread", ".handle")
    for order in [["Milk", "Tea", "Bread", "Eggs"], ["Milk", "Bread", "Tea", "Eggs"], ["Bread", "Milk", "Tea", "Eggs"]]:
        window.press("ArrowUp")
        eventually(window.labels, order)
        eventually(lambda: server.todos("groceries"), order)
        assert focused_row(window) == ["handle", "Bread"]


def test_the_focus_stays_in_a_row_that_another_moves(window, server):
    window.add("Milk", "Tea", "Eggs")
    window.evaluate("delete Element.prototype.moveBefore")
    for css in [".toggle", ".edit-button", ".destroy"]:
        focus(window, "Tea", css)
        for after in [None, 3]:
            order = window.labels()
            assert server.post("/todos/groceries/2/move", after=after)[0] == 204
            eventually(lambda: window.labels() != order)
            assert focused_row(window) == [css[1:], "Tea"]


def test_the_focus_goes_on_to_the_next_row_when_its_own_is_deleted(window):
    window.add("Milk", "Tea", "Eggs")
    focus(window, "Tea", ".destroy")
    for left, where in [(["Milk", "Eggs"], ["destroy", "Eggs"]), (["Milk"], ["destroy", "Milk"])]:
        window.press("Enter")
        eventually(window.labels, left)
        eventually(lambda: focused_row(window), where)
    window.press("Enter")
    eventually(window.labels, [])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_on_when_another_deletes_its_row(window, server):
    window.add("Milk", "Tea", "Eggs")
    focus(window, "Tea", ".toggle")
    assert server.post("/todos/groceries/2/delete")[0] == 204
    eventually(window.labels, ["Milk", "Eggs"])
    eventually(lambda: focused_row(window), ["toggle", "Eggs"])
    assert server.post("/todos/groceries/toggle-all", completed=True)[0] == 204
    assert server.post("/todos/groceries/clear-completed")[0] == 204
    eventually(window.labels, [])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_on_to_the_next_row_that_the_filter_shows(window, server):
    window.add("Milk", "Tea", "Eggs", "Bread")
    window.toggle("Tea")
    window.toggle("Eggs")
    window.choose("Active")
    eventually(window.shown, ["Milk", "Bread"])
    focus(window, "Milk", ".toggle")
    window.press(" ")
    eventually(window.shown, ["Bread"])
    eventually(lambda: focused_row(window), ["toggle", "Bread"])
    assert server.post("/todos/groceries/4/toggle", completed=True)[0] == 204
    eventually(window.shown, [])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_on_to_the_next_list_of_the_index(open_window, server):
    for name in ["One", "Two", "Three"]:
        assert server.post("/lists", newList=name)[0] == 201
    index = open_window("/")
    eventually(lambda: index.count("#lists li"), 3)
    names = index.texts("#lists li a")
    index.find("#lists li", names[1]).find(".destroy").focus()
    index.press("Enter")
    eventually(lambda: index.texts("#lists li a"), [names[0], names[2]])
    eventually(lambda: focused_row(index), ["destroy", names[2]])


# MARK: Edits

def test_the_focus_goes_on_after_a_blank_edit(window):
    window.add("Milk", "Tea")
    for left, where in [(["Tea"], ["edit-button", "Tea"]), ([], ["new-todo", None])]:
        focus(window, window.labels()[0], ".edit-button")
        window.press("Enter")
        eventually(window.focused, "textarea.edit")
        window.find(".editing .edit").fill("")
        window.press("Enter")
        eventually(window.labels, left)
        eventually(lambda: focused_row(window), where)


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_an_edit_that_is_ended_by_a_key_leaves_the_focus_in_its_row(window, key):
    window.add("Milk", "Tea")
    field = window.begin_edit("Milk")
    field.type("!")
    window.press(key)
    eventually(lambda: focused_row(window), ["edit-button", "Milk!" if key == "Enter" else "Milk"])


def test_the_tab_key_leaves_an_edit_for_what_comes_next(window, server):
    window.add("Milk", "Tea")
    window.begin_edit("Milk").fill("Oat milk")
    window.press("Tab")
    eventually(lambda: server.todos("groceries"), ["Oat milk", "Tea"])
    eventually(lambda: focused_row(window)[1], "Tea")


# MARK: Messages and the menu

def test_the_focus_goes_on_after_undo(window):
    window.add("Milk")
    window.destroy("Milk")
    eventually(lambda: len(window.offers()), 1)
    window.button("Undo").focus()
    window.press("Enter")
    eventually(window.labels, ["Milk"])
    eventually(window.offers, [])
    assert window.focused() == "input.new-todo"


def test_the_focus_goes_on_when_another_takes_the_offer(window, server):
    window.add("Milk")
    window.destroy("Milk")
    eventually(lambda: len(window.offers()), 1)
    window.button("Undo").focus()
    assert server.post(window.find(".offer button").attribute("formaction"))[0] == 204
    eventually(window.offers, [])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_on_when_an_offer_is_dismissed(window):
    window.add("Milk", "Tea")
    for title in ["Milk", "Tea"]:
        window.destroy(title)
        eventually(lambda: title not in window.labels())
    eventually(lambda: len(window.offers()), 2)
    window.find(".offer .dismiss").focus()
    window.press("Enter")
    eventually(lambda: len(window.offers()), 1)
    eventually(window.focused, "button.dismiss")
    window.press("Enter")
    eventually(window.offers, [])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_on_when_the_completed_are_cleared(window):
    window.add("Milk", "Tea")
    window.toggle("Milk")
    eventually(lambda: window.is_visible(".clear-completed"))
    window.find(".clear-completed").focus()
    window.press("Enter")
    eventually(window.labels, ["Tea"])
    eventually(window.focused, "input.new-todo")


def test_the_focus_goes_to_the_menu_when_a_form_of_it_is_done(window):
    window.add("Milk")
    window.open_menu()
    window.fill(".list-menu [name=name]", "Food")
    window.press("Enter")
    eventually(lambda: window.text("h1"), "Food")
    eventually(window.focused, "summary")
    window.press("Enter")
    window.type(".list-menu textarea", "- [ ] Bread")
    window.press("Tab", "Enter")
    eventually(window.labels, ["Milk", "Bread"])
    eventually(window.focused, "summary")


def test_the_focus_stays_on_a_box_and_a_filter_that_are_used(window):
    window.add("Milk", "Tea")
    window.find(".toggle-all").focus()
    window.press(" ")
    eventually(window.completed, ["Milk", "Tea"])
    assert window.focused() == "input.toggle-all"
    window.find(".filters a", "Active").focus()
    window.press("Enter")
    eventually(window.shown, [])
    assert window.text(".filters :focus") == "Active"


def test_whatever_has_the_focus_can_be_seen(window):
    window.add("Milk")
    for css in [".handle", ".toggle", ".edit-button", ".destroy"]:
        focus(window, "Milk", css)
        eventually(lambda: window.row("Milk").find(css).read("getComputedStyle(it).opacity"), "1")
