"""The commands of a tab arrive in the order they were given, and show at once what they are going to do."""

import json

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from engines import eventually


def completed(server):
    """The titles that the server has as completed."""
    return [todo["title"] for todo in json.loads(server.get("/lists/groceries.json")[1])["todos"] if todo["completed"]]


def is_idle(window):
    return window.is_hidden("[role=progressbar]")


# MARK: In order


def test_two_todos_typed_in_a_hurry_are_stored_as_they_were_typed(one, server, relay):
    relay.delay_posts(1, 0)
    one.type(".new-todo", "one\ntwo\n")
    eventually(lambda: len(relay.posts()), 2)
    eventually(lambda: is_idle(one))
    assert server.todos("groceries") == ["one", "two"]
    eventually(one.labels, ["one", "two"])


def test_the_later_of_two_quick_clicks_on_a_box_wins(one, server, relay):
    one.add("Milk")
    relay.delay_posts(1, 0)
    for _ in range(2):
        one.toggle("Milk")
    eventually(lambda: len(relay.posts()), 3)
    eventually(lambda: is_idle(one))
    assert completed(server) == []
    eventually(lambda: one.row("Milk").find(".toggle").is_checked(), False)
    assert one.completed() == []


def test_the_later_of_two_quick_clicks_on_the_box_for_all_wins(one, server, relay):
    one.add("Milk", "Tea")
    relay.delay_posts(1, 0)
    for _ in range(2):
        one.mark_all()
    eventually(lambda: len(relay.posts()), 4)
    eventually(lambda: is_idle(one))
    assert completed(server) == []
    eventually(lambda: one.find(".toggle-all").is_checked(), False)
    assert one.completed() == []


def test_the_later_of_two_edits_wins(one, server, relay):
    one.add("Milk")
    relay.delay_posts(1, 0)
    one.edit("Milk", "Oat milk")
    one.edit("Oat milk", "Soy milk")
    eventually(lambda: len(relay.posts()), 3)
    eventually(lambda: is_idle(one))
    assert server.todos("groceries") == ["Soy milk"]
    eventually(one.labels, ["Soy milk"])


def press_quickly(window, key, times, pause=0.04):
    chain = ActionChains(window.driver, duration=1)
    for _ in range(times):
        chain.send_keys(key).pause(pause)
    chain.perform()


def test_four_presses_of_an_arrow_key_move_four_places_on_a_slow_line(one, friend, relay):
    titles = ["Milk", "Tea", "Eggs", "Bread", "Salt", "Rice"]
    friend.add(*titles)
    eventually(one.labels, titles)
    relay.latency = 0.15
    one.row("Milk").find(".handle").focus()
    press_quickly(one, Keys.ARROW_DOWN, 4)
    moved = ["Tea", "Eggs", "Bread", "Salt", "Milk", "Rice"]
    assert one.labels() == moved
    assert one.text("#moved") == "Milk is now 5 of 6"
    eventually(friend.labels, moved)
    eventually(lambda: is_idle(one))
    press_quickly(one, Keys.ARROW_UP, 3)
    eventually(friend.labels, ["Tea", "Milk", "Eggs", "Bread", "Salt", "Rice"])
    eventually(one.labels, ["Tea", "Milk", "Eggs", "Bread", "Salt", "Rice"])
    assert one.text("#moved") == "Milk is now 2 of 6"
    assert one.row("Milk").find(".handle").is_focused()


def test_a_refused_command_does_not_hold_up_those_behind_it(one, server, relay):
    relay.hold_posts()
    one.evaluate("document.querySelector('.new-todo').removeAttribute('maxlength')")
    one.fill(".new-todo", "x" * 501)
    one.press("Enter")
    one.type(".new-todo", "Milk\nTea\n")
    relay.let_posts_go()
    eventually(lambda: is_idle(one))
    eventually(one.labels, ["Milk", "Tea"])
    assert server.todos("groceries") == ["Milk", "Tea"]


def test_commands_go_on_when_the_line_of_one_has_gone_dead(one, server, relay):
    relay.hold_posts()
    one.type(".new-todo", "Milk\nTea\n")
    eventually(lambda: len(relay.posts()), 1)
    relay.go_dead("/todos")
    relay.let_posts_go()
    eventually(one.shown, ["Milk", "Tea"])
    eventually(lambda: len(relay.posts()), 3, within=40)
    eventually(lambda: is_idle(one))
    eventually(lambda: one.count(".todo-list li[id]"), 2)
    assert one.labels() == server.todos("groceries") == ["Milk", "Tea"]
    assert one.notice() == ""


# MARK: On what is not stored yet


def pending(window, title):
    return window.find(".todo-list li:not([id]) label", title).around("li")


def test_a_todo_that_is_ticked_before_it_is_stored_is_stored_as_ticked(one, friend, relay):
    relay.hold_posts()
    one.type(".new-todo", "Milk\nTea\n")
    eventually(one.shown, ["Milk", "Tea"])
    pending(one, "Tea").find(".toggle").click()
    relay.let_posts_go()
    eventually(friend.labels, ["Milk", "Tea"])
    eventually(friend.completed, ["Tea"])
    eventually(lambda: one.is_done("Tea"))
    assert one.labels() == ["Milk", "Tea"]
    assert not one.row("Milk").find(".toggle").is_checked()


def test_a_todo_that_is_deleted_before_it_is_stored_is_deleted(one, friend, server, relay):
    relay.hold_posts()
    one.type(".new-todo", "Milk\nTea\n")
    eventually(one.shown, ["Milk", "Tea"])
    pending(one, "Milk").hover()
    pending(one, "Milk").find(".destroy").click()
    relay.let_posts_go()
    eventually(friend.labels, ["Tea"])
    eventually(one.labels, ["Tea"])
    eventually(lambda: server.todos("groceries"), ["Tea"])


def test_two_todos_of_one_title_are_both_added(one, server, relay):
    relay.hold_posts()
    one.type(".new-todo", "Milk\nMilk\n")
    eventually(one.shown, ["Milk", "Milk"])
    relay.let_posts_go()
    eventually(lambda: is_idle(one))
    eventually(lambda: one.count(".todo-list li[id]"), 2)
    assert one.labels() == ["Milk", "Milk"]
    assert server.todos("groceries") == ["Milk", "Milk"]


def test_a_todo_is_edited_while_another_is_being_added(one, friend, relay):
    friend.add("Milk")
    eventually(one.labels, ["Milk"])
    relay.hold_posts()
    one.type(".new-todo", "Tea\n")
    one.edit("Milk", "Oat milk")
    eventually(one.shown, ["Oat milk", "Tea"])
    relay.let_posts_go()
    eventually(friend.labels, ["Oat milk", "Tea"])
    eventually(lambda: is_idle(one))
    assert one.labels() == ["Oat milk", "Tea"]


def test_an_edit_in_progress_goes_on_when_what_was_added_before_is_stored(one, friend, relay):
    friend.add("Milk")
    eventually(one.labels, ["Milk"])
    relay.hold_posts()
    one.type(".new-todo", "Tea\n")
    field = one.begin_edit("Milk")
    field.type(" from oats")
    relay.let_posts_go()
    eventually(lambda: one.count(".todo-list li[id]"), 2)
    assert field.is_focused()
    assert field.value() == "Milk from oats"
    one.press("Enter")
    eventually(friend.labels, ["Milk from oats", "Tea"])


def test_a_list_that_is_deleted_while_commands_wait_is_deleted_with_what_they_do(one, server, relay):
    one.add("Milk")
    relay.hold_posts()
    one.type(".new-todo", "Tea\n")
    one.toggle("Milk")
    one.open_menu()
    one.button("Delete this list").click()
    relay.let_posts_go()
    eventually(lambda: one.text("h1"), "Todos")
    assert server.get("/lists/groceries.json")[0] == 404
    one.undo()
    eventually(lambda: server.get("/lists/groceries.json")[0], 200)
    assert server.todos("groceries") == ["Milk", "Tea"]
    assert completed(server) == ["Milk"]


@pytest.mark.parametrize("way", ["another page", "a reload", "closed"])
def test_a_page_that_is_left_while_commands_wait_loses_none_of_them(one, server, relay, way):
    one.add("Milk")
    relay.hold_posts()
    one.type(".new-todo", "Tea\n")
    one.toggle("Milk")
    one.type(".new-todo", "Eggs\n")
    # What the page has taken in, which a browser under load may do after the key has been sent.
    eventually(one.labels, ["Milk", "Tea", "Eggs"])
    leave = {"another page": lambda: one.goto("/"), "a reload": one.reload, "closed": one.close}
    leave[way]()
    relay.let_posts_go()
    eventually(lambda: sorted(server.todos("groceries")), ["Eggs", "Milk", "Tea"], within=20)
    eventually(lambda: completed(server), ["Milk"])


# MARK: At once


def do_everything(window):
    window.toggle("Milk")
    window.edit("Tea", "Green tea")
    window.row("Eggs").find(".handle").focus()
    window.press("ArrowUp", "ArrowUp")
    window.destroy("Bread")
    window.type(".new-todo", "Salt\n")


@pytest.fixture
def filled(one, friend):
    friend.add("Milk", "Tea", "Eggs", "Bread")
    eventually(one.labels, ["Milk", "Tea", "Eggs", "Bread"])


DONE = ["Eggs", "Milk", "Green tea", "Salt"]


def test_what_a_tab_does_shows_at_once_and_stays(one, friend, filled, relay):
    relay.hold_posts()
    do_everything(one)
    eventually(one.shown, DONE)
    assert one.is_done("Milk")
    assert friend.labels() == ["Milk", "Tea", "Eggs", "Bread"]
    relay.let_posts_go()
    eventually(friend.labels, DONE)
    eventually(lambda: is_idle(one))
    eventually(one.labels, DONE)
    assert one.is_done("Milk") and friend.is_done("Milk")
    assert one.count("li:not([id]) .toggle") == 0


def test_a_todo_that_is_moved_to_either_end_shows_there_at_once(one, friend, filled, relay):
    relay.hold_posts()
    one.row("Eggs").find(".handle").focus()
    one.press("ArrowDown")
    assert one.labels() == ["Milk", "Tea", "Bread", "Eggs"]
    one.press("ArrowUp", "ArrowUp", "ArrowUp")
    assert one.labels() == ["Eggs", "Milk", "Tea", "Bread"]
    relay.let_posts_go()
    eventually(lambda: is_idle(one))
    for window in [one, friend]:
        eventually(window.labels, ["Eggs", "Milk", "Tea", "Bread"])


def test_what_a_tab_does_shows_at_once_on_an_empty_list(one, relay):
    relay.hold_posts()
    one.type(".new-todo", "Milk\n")
    eventually(one.shown, ["Milk"])
    assert one.is_hidden("#empty")
    assert one.value(".new-todo") == ""
    relay.let_posts_go()
    eventually(lambda: one.count(".todo-list li[id]"), 1)
    assert one.shown() == ["Milk"]


def test_all_boxes_and_the_title_of_the_list_show_at_once(one, friend, filled, relay):
    relay.hold_posts()
    one.mark_all()
    one.open_menu()
    one.fill(".list-menu [name=name]", "Food")
    one.button("Rename").click()
    eventually(lambda: one.text("#title"), "Food")
    for title in one.labels():
        assert one.is_done(title)
    relay.let_posts_go()
    eventually(lambda: friend.text("#title"), "Food")
    eventually(friend.completed, friend.labels())
    assert one.completed() == one.labels()


def test_what_shows_at_once_stays_while_others_change_the_list(one, friend, filled, relay):
    relay.hold_posts()
    do_everything(one)
    eventually(one.shown, DONE)
    friend.add("Rice")
    friend.edit("Milk", "Oat milk")
    eventually(one.shown, ["Eggs", "Oat milk", "Green tea", "Rice", "Salt"])
    assert one.is_done("Oat milk")
    relay.let_posts_go()
    for window in [one, friend]:
        eventually(window.labels, ["Eggs", "Oat milk", "Green tea", "Rice", "Salt"])
        eventually(lambda: window.completed(), ["Oat milk"])


def test_what_was_refused_does_not_show_any_more(one, filled, relay):
    relay.failure = 503
    relay.hold_posts()
    do_everything(one)
    eventually(one.shown, DONE)
    relay.let_posts_go()
    eventually(lambda: is_idle(one))
    assert one.shown() == ["Milk", "Tea", "Eggs", "Bread"]
    assert one.completed() == []
    assert not one.row("Milk").find(".toggle").is_checked()
    assert "The server cannot store anything now." in one.notice()


def test_all_boxes_and_the_title_of_the_list_give_way_when_they_are_refused(one, filled, relay):
    relay.failure = 503
    relay.hold_posts()
    one.mark_all()
    one.open_menu()
    one.fill(".list-menu [name=name]", "Food")
    one.button("Rename").click()
    relay.let_posts_go()
    eventually(lambda: "cannot store anything" in one.notice())
    eventually(lambda: is_idle(one))
    assert one.text("#title") == "Groceries"
    assert one.completed() == []
    assert not one.find(".toggle-all").is_checked()


def test_what_another_has_decided_meanwhile_is_what_shows_in_the_end(one, friend, filled, relay):
    relay.delay_posts(0.5, 0.5, 0.5)
    one.toggle("Milk")
    one.edit("Tea", "Green tea")
    one.destroy("Eggs")
    eventually(friend.labels, ["Milk", "Green tea", "Bread"])
    friend.toggle("Milk")
    friend.edit("Green tea", "Black tea")
    friend.undo("Eggs")
    for window in [one, friend]:
        eventually(window.shown, ["Milk", "Black tea", "Eggs", "Bread"])
        eventually(window.completed, [])
        assert not window.row("Milk").find(".toggle").is_checked()
