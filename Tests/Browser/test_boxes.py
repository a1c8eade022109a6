"""What is shown is what is stored, whatever a browser has kept and whatever happened meanwhile."""

import contextlib
import http.client

import pytest

from engines import eventually


def is_ticked(window, title):
    return window.row(title).find(".toggle").is_checked()


def boxes(window):
    """The titles whose boxes are ticked."""
    return window.evaluate("return [...document.querySelectorAll('.todo-list li')]"
                           ".filter(row => row.querySelector('.toggle').checked)"
                           ".map(row => row.querySelector('label').textContent)")


def lose_stream(window, relay):
    relay.keep_away("/subscribe")
    eventually(lambda: window.is_visible(".banner"))


def regain_stream(window, relay):
    relay.let_through()
    eventually(lambda: window.is_hidden(".banner"))


def both_see(one, friend, titles):
    for window in [one, friend]:
        eventually(window.labels, titles)


# MARK: While the stream is away


def test_a_box_that_another_unticks_while_the_stream_is_away_is_not_ticked_afterwards(one, friend, relay):
    friend.add("Milk", "Tea")
    both_see(one, friend, ["Milk", "Tea"])
    lose_stream(one, relay)
    one.toggle("Milk")
    eventually(lambda: friend.is_done("Milk"))
    friend.toggle("Milk")
    eventually(friend.completed, [])
    regain_stream(one, relay)
    eventually(lambda: boxes(one), [])
    assert one.completed() == []


def test_a_box_that_another_ticks_while_the_stream_is_away_is_ticked_afterwards(one, friend, relay):
    friend.add("Milk")
    friend.toggle("Milk")
    eventually(lambda: one.is_done("Milk"))
    lose_stream(one, relay)
    one.toggle("Milk")
    eventually(friend.completed, [])
    friend.toggle("Milk")
    eventually(friend.completed, ["Milk"])
    regain_stream(one, relay)
    eventually(lambda: boxes(one), ["Milk"])
    assert one.is_done("Milk")


def test_a_box_gives_way_also_where_the_answer_comes_after_the_stream(one, friend, relay):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    lose_stream(one, relay)
    relay.hold_answers()
    one.toggle("Milk")
    eventually(lambda: friend.is_done("Milk"))
    friend.toggle("Milk")
    eventually(friend.completed, [])
    regain_stream(one, relay)
    friend.add("Tea")
    eventually(one.labels, ["Milk", "Tea"])
    relay.let_answers_go()
    eventually(lambda: boxes(one), [])
    assert one.completed() == []


def test_all_boxes_that_another_unticks_while_the_stream_is_away_are_not_ticked_afterwards(one, friend, relay):
    friend.add("Milk", "Tea")
    both_see(one, friend, ["Milk", "Tea"])
    lose_stream(one, relay)
    one.mark_all()
    eventually(friend.completed, ["Milk", "Tea"])
    friend.toggle("Tea")
    eventually(friend.completed, ["Milk"])
    regain_stream(one, relay)
    eventually(lambda: boxes(one), ["Milk"])
    assert not one.find(".toggle-all").is_checked()


def test_titles_places_and_deletions_that_another_takes_back_meanwhile_are_as_stored_afterwards(one, friend, relay):
    friend.add("Milk", "Tea", "Eggs")
    both_see(one, friend, ["Milk", "Tea", "Eggs"])
    lose_stream(one, relay)
    one.edit("Milk", "Oat milk")
    eventually(friend.labels, ["Oat milk", "Tea", "Eggs"])
    friend.edit("Oat milk", "Milk")
    eventually(friend.labels, ["Milk", "Tea", "Eggs"])
    one.row("Tea").find(".handle").focus()
    one.press("ArrowUp")
    eventually(friend.labels, ["Tea", "Milk", "Eggs"])
    friend.row("Tea").find(".handle").focus()
    friend.press("ArrowDown")
    eventually(friend.labels, ["Milk", "Tea", "Eggs"])
    one.destroy("Eggs")
    eventually(friend.labels, ["Milk", "Tea"])
    friend.undo()
    eventually(friend.labels, ["Milk", "Tea", "Eggs"])
    regain_stream(one, relay)
    eventually(one.shown, ["Milk", "Tea", "Eggs"])


def test_a_new_todo_that_another_deletes_meanwhile_is_not_there_afterwards(one, friend, relay):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    lose_stream(one, relay)
    one.type(".new-todo", "Tea\n")
    eventually(friend.labels, ["Milk", "Tea"])
    friend.destroy("Tea")
    eventually(friend.labels, ["Milk"])
    regain_stream(one, relay)
    eventually(one.labels, ["Milk"])


# MARK: What a browser has kept


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "loaded anew"])
def test_a_box_that_another_unticks_is_not_ticked_after_going_back(one, friend, kept):
    friend.add("Milk", "Tea")
    both_see(one, friend, ["Milk", "Tea"])
    if not kept:
        # No browser keeps a page that holds a lock, or that wants to know when it is unloaded.
        one.evaluate("navigator.locks.request('it', () => new Promise(() => {})); addEventListener('unload', () => {})")
    one.toggle("Milk")
    eventually(lambda: friend.is_done("Milk"))
    eventually(lambda: one.is_done("Milk"))
    one.click(".above a")
    eventually(lambda: one.text("h1"), "Todos")
    friend.toggle("Milk")
    eventually(friend.completed, [])
    one.back()
    eventually(lambda: one.text("h1"), "Groceries")
    # What comes later shows that the browser has put back all that it had kept.
    friend.add("Eggs")
    eventually(one.labels, ["Milk", "Tea", "Eggs"])
    eventually(lambda: boxes(one), [])
    assert one.completed() == []


def test_boxes_are_right_after_a_reload_when_rows_have_moved(one, friend):
    friend.add("Milk", "Tea", "Eggs")
    both_see(one, friend, ["Milk", "Tea", "Eggs"])
    one.toggle("Milk")
    eventually(lambda: friend.is_done("Milk"))
    one.hide()
    friend.row("Milk").find(".handle").focus()
    friend.press("ArrowDown")
    eventually(friend.labels, ["Tea", "Milk", "Eggs"])
    one.reload()
    one.show()
    # What comes later shows that the browser has put back all that it had kept.
    friend.add("Bread")
    eventually(one.labels, ["Tea", "Milk", "Eggs", "Bread"])
    eventually(lambda: boxes(one), ["Milk"])
    assert one.completed() == ["Milk"]


def test_the_box_for_all_is_right_after_a_reload(one, friend):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    one.mark_all()
    eventually(lambda: friend.is_done("Milk"))
    one.hide()
    friend.add("Tea")
    one.reload()
    one.show()
    friend.add("Eggs")
    eventually(one.labels, ["Milk", "Tea", "Eggs"])
    eventually(lambda: one.find(".toggle-all").is_checked(), False)
    eventually(lambda: boxes(one), ["Milk"])


# MARK: The menu, offers and notices


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_the_menu_has_the_title_that_another_has_given_the_list(one, friend, is_open):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    if is_open:
        one.open_menu()
    rename(friend, "Food")
    eventually(lambda: one.text("#title"), "Food")
    eventually(lambda: one.value(".list-menu [name=name]"), "Food")


def rename(window, title):
    window.open_menu()
    window.fill(".list-menu [name=name]", title)
    window.button("Rename").click()
    eventually(lambda: window.text("#title"), title)


def test_the_menu_has_the_title_also_after_something_else_was_typed_and_taken_back(one, friend):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    one.open_menu()
    one.fill(".list-menu [name=name]", "Groceriess")
    one.press("Backspace")
    rename(friend, "Food")
    eventually(lambda: one.value(".list-menu [name=name]"), "Food")


def test_a_title_that_is_being_typed_stays_when_another_renames_the_list(one, friend):
    friend.add("Milk")
    both_see(one, friend, ["Milk"])
    one.open_menu()
    one.fill(".list-menu [name=name]", "Groceries and")
    rename(friend, "Food")
    eventually(lambda: one.text("#title"), "Food")
    assert one.value(".list-menu [name=name]") == "Groceries and"


def deleted_by_a_form(server, path):
    """Deletes as a page without script does, and returns the address that it is led to."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with contextlib.closing(connection):
        connection.request("POST", path, "", {"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().headers["Location"]


@pytest.mark.parametrize("path", ["/lists/groceries/delete", "/todos/groceries/1/delete"], ids=["list", "todo"])
def test_an_offer_in_an_address_is_not_made_again_once_it_was_taken(open_window, server, path):
    server.post("/todos/groceries", newTodo="Milk")
    address = deleted_by_a_form(server, path)
    assert "undo=" in address
    window = open_window(address)
    eventually(lambda: len(window.offers()), 1)
    window.reload()
    eventually(lambda: len(window.offers()), 1)
    window.undo()
    eventually(lambda: server.get("/lists/groceries.json")[0] == 200 and server.todos("groceries"), ["Milk"])
    eventually(window.offers, [])
    window.reload()
    eventually(lambda: window.is_visible(".new-todo"))
    assert window.offers() == []


def test_the_server_cannot_be_reached_is_not_said_any_more_when_it_can(one, relay):
    one.add("Milk")
    relay.refuse()
    one.toggle("Milk")
    eventually(lambda: "The server cannot be reached" in one.notice())
    relay.accept()
    eventually(lambda: one.is_hidden(".banner"), within=10)
    eventually(one.notice, "")


def test_the_server_cannot_be_reached_is_not_said_any_more_once_a_command_has_reached_it(one, relay):
    one.add("Milk")
    relay.loses_answers = True
    one.toggle("Milk")
    one.type(".new-todo", "Tea\n")
    eventually(lambda: "The server cannot be reached" in one.notice(), within=15)
    relay.loses_answers = False
    eventually(lambda: one.is_hidden("[role=progressbar]"), within=15)
    eventually(one.labels, ["Milk", "Tea"])
    eventually(one.notice, "")
