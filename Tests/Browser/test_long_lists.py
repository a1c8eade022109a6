"""In a list that is not sent whole, a change touches what it changes, and leaves what is done in the page around it."""

import pytest

from engines import eventually

TITLES = [f"todo {number:02}" for number in range(1, 61)]  # todo 07 has the id 7


@pytest.fixture
def window(open_window, server):
    assert server.post("/lists/groceries/import", text="\n".join(f"- [ ] {title}" for title in TITLES))[0] == 201
    window = open_window()
    eventually(window.presence, "1 person here")
    # A row that were sent anew would not be the one that is there.
    window.evaluate("for (const row of document.querySelectorAll('.todo-list li')) row.isTheFirst = true")
    return window


def new_rows(window):
    return window.evaluate("return [...document.querySelectorAll('.todo-list li')].filter(row => !row.isTheFirst)"
                           ".map(row => row.querySelector('label').textContent)")


def send(server, command, **fields):
    assert server.post(f"/todos/groceries/{command}", **fields)[0] == 204


def test_every_kind_of_change_shows_in_its_place(window, server):
    expected = list(TITLES)
    send(server, "7/edit", title="seven")
    expected[6] = "seven"
    send(server, "9/move", after=20)
    expected.insert(19, expected.pop(8))
    send(server, "30/move", after=None)
    expected.insert(0, expected.pop(expected.index("todo 30")))
    send(server, "12/delete")
    expected.remove("todo 12")
    assert server.post("/todos/groceries", newTodo="last")[0] == 201
    expected.append("last")
    eventually(window.labels, expected)
    assert server.todos("groceries") == expected
    assert new_rows(window) == ["last"]
    window.undo("12")
    expected.insert(expected.index("todo 13"), "todo 12")
    eventually(window.labels, expected)
    send(server, "toggle-all", completed=True)
    eventually(lambda: len(window.completed()), 61)
    assert window.text(".todo-count").startswith("0 ") and window.find(".toggle-all").is_checked()
    send(server, "3/toggle", completed=False)
    eventually(lambda: window.is_done("todo 03"), False)
    assert not window.find(".toggle-all").is_checked()
    send(server, "clear-completed")
    eventually(window.labels, ["todo 03"])


@pytest.mark.parametrize("with_move_before", [True, False], ids=["as it is", "without moveBefore"])
def test_an_edit_goes_on_where_its_row_is_moved_and_rows_around_it_change(window, server, with_move_before):
    if not with_move_before:
        window.evaluate("delete Element.prototype.moveBefore")
    field = window.begin_edit("todo 10")
    field.fill("half a title")
    window.evaluate("document.activeElement.setSelectionRange(4, 6)")
    for command, fields in [("10/move", {"after": 40}), ("9/delete", {}), ("11/edit", {"title": "eleven"}),
                            ("40/toggle", {"completed": True}), ("10/move", {"after": None}), ("39/move", {"after": 2})]:
        send(server, command, **fields)
    expected = [title for title in TITLES if title not in ["todo 09", "todo 10", "todo 39"]]
    expected[expected.index("todo 11")] = "eleven"
    expected.insert(2, "todo 39")
    eventually(window.labels, ["todo 10", *expected])
    assert window.evaluate("const it = document.activeElement; return [it.value, it.selectionStart, it.selectionEnd]") == [
        "half a title", 4, 6]
    window.press("Enter")
    eventually(lambda: server.todos("groceries")[0] != "todo 10")
    assert "half" in window.labels()[0]


@pytest.mark.parametrize("css", [".handle", ".toggle", ".destroy"])
def test_the_focus_stays_in_its_row_where_that_is_moved(window, server, css):
    part = window.row("todo 10").find(css)
    part.focus()
    eventually(part.is_focused)
    for after in [30, None]:
        order = window.labels()
        send(server, "10/move", after=after)
        eventually(lambda: window.labels() != order)
        assert part.is_focused()
    assert new_rows(window) == []


@pytest.mark.parametrize("length", [15, 60], ids=["sent whole", "sent by what has changed"])
def test_no_key_is_lost_while_its_row_moves(window, server, length):
    for title in TITLES[length:]:
        send(server, f"{title[-2:].lstrip('0')}/delete")
    eventually(window.labels, TITLES[:length])
    window.row("todo 01").find(".handle").focus()
    window.press(*["ArrowDown"] * (length - 1))
    expected = [*TITLES[1:length], "todo 01"]
    eventually(lambda: server.todos("groceries"), expected)
    eventually(window.labels, expected)
    if not window.evaluate("return 'moveBefore' in Element.prototype"):
        return  # a row that is taken out between press and release loses the press
    window.row("todo 05").find(".toggle").focus()
    for after in range(7, 16):
        send(server, "5/move", after=after)
        window.press("Space")
    eventually(lambda: window.labels()[13], "todo 05")
    assert window.is_done("todo 05")


def test_what_one_moves_and_ticks_oneself_is_what_is_stored(window, server):
    window.row("todo 05").find(".handle").focus()
    for _ in range(3):
        window.press("ArrowDown")
    window.toggle("todo 20")
    expected = [*TITLES[:4], *TITLES[5:8], "todo 05", *TITLES[8:]]
    eventually(window.labels, expected)
    assert window.is_done("todo 20")
    eventually(lambda: server.todos("groceries"), expected)
    send(server, "20/toggle", completed=False)
    eventually(lambda: window.is_done("todo 20"), False)
    assert window.labels() == expected and new_rows(window) == []


def test_a_window_that_was_loaded_is_not_sent_the_list_again(window):
    window.reload()
    window.evaluate("for (const row of document.querySelectorAll('.todo-list li')) row.isTheFirst = true")
    eventually(window.presence, "1 person here")
    assert new_rows(window) == []
