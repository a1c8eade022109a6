"""Every window is live: each has one stream of its own, while it can be seen, and notices when that has died."""

import random
import signal

from engines import Window, eventually


def streams(server):
    return server.figure("todo_streams")


def test_windows_of_one_browser_each_have_a_stream_of_their_own(open_window, server, relay):
    lists = [open_window(site=relay.url) for _ in range(2)]
    indexes = [open_window("/", site=relay.url) for _ in range(2)]
    eventually(lambda: streams(server), 4)
    for window in lists:
        eventually(window.presence, "1 person here")
    lists[0].reload()
    lists[1].add("Milk")
    eventually(lists[0].labels, ["Milk"])
    for window in indexes:
        eventually(lambda: "1 open" in window.text("#list-groceries"))
    assert streams(server) == 4


def test_a_window_on_another_filter_is_live_as_well(open_window):
    one, two = open_window(), open_window("/lists/groceries?filter=active")
    one.add("Milk", "Tea")
    one.toggle("Milk")
    eventually(two.shown, ["Tea"])


def test_what_a_line_was_cut_in_the_middle_of_comes_again(open_window, server, relay):
    # A list that is sent whole, and is large when it is compressed as well.
    letters = random.Random(1)
    for _ in range(12):
        server.post("/todos/groceries", newTodo=f"{letters.getrandbits(1600):x}")
    window = open_window(site=relay.url)
    eventually(window.presence, "1 person here")
    relay.cut_within("/subscribe/", 3_000)
    server.post("/todos/groceries/12/edit", title="Milk")
    eventually(lambda: window.labels()[-1], "Milk", within=15)
    server.post("/todos/groceries/11/edit", title="Tea")
    eventually(lambda: window.labels()[-2:], ["Tea", "Milk"])


def test_a_hidden_page_has_no_stream_and_shows_what_it_has_missed_when_it_is_shown(open_window, server):
    one, friend = open_window(), open_window(friend=True)
    eventually(one.presence, "2 people here")
    one.hide()
    eventually(friend.presence, "1 person here")
    friend.add("Milk")
    one.show()
    eventually(one.labels, ["Milk"])
    eventually(friend.presence, "2 people here")
    assert streams(server) == 2


def test_a_page_hidden_while_the_server_was_away_has_one_stream_afterwards(open_window, server, relay):
    window = open_window(site=relay.url)
    eventually(window.presence, "1 person here")
    server.stop(by=signal.SIGKILL)
    eventually(lambda: window.is_visible(".banner"))
    window.hide()
    server.start()
    window.show()
    eventually(lambda: window.is_hidden(".banner"), within=15)
    # Longer than anything that was to be tried again may wait.
    relay.delay_posts(8)
    window.type(".new-todo", "Milk\n")
    eventually(lambda: window.count(".todo-list li[id]"), 1, within=15)
    assert streams(server) == 1
    assert window.presence() == "1 person here"


def test_a_page_hidden_while_a_stream_is_about_to_be_tried_again_has_one_stream_afterwards(open_window, server, relay):
    window = open_window(site=relay.url)
    eventually(window.presence, "1 person here")
    relay.keep_away("/subscribe")
    asked = relay.asked("/subscribe")
    eventually(lambda: relay.asked("/subscribe") > asked)
    window.hide()
    relay.let_through()
    window.show()
    eventually(lambda: window.is_hidden(".banner"))
    relay.delay_posts(3)
    window.type(".new-todo", "Milk\n")
    eventually(lambda: window.count(".todo-list li[id]"), 1)
    assert streams(server) == 1
    assert window.presence() == "1 person here"


def test_a_page_that_is_left_and_come_back_to_eight_times_has_one_stream(open_window, server):
    window, friend = open_window(), open_window(friend=True)
    friend.add("Milk")
    eventually(window.labels, ["Milk"])
    for _ in range(8):
        window.click(".above a")
        eventually(lambda: window.text("h1"), "Todos")
        eventually(friend.presence, "1 person here")
        window.back()
        eventually(lambda: window.text("h1"), "Groceries")
        eventually(friend.presence, "2 people here")
    friend.add("Tea")
    eventually(window.labels, ["Milk", "Tea"])
    assert window.presence() == friend.presence() == "2 people here"
    assert streams(server) == 2


def test_a_page_that_is_loaded_again_and_again_has_one_stream(open_window, server):
    window, friend = open_window(), open_window(friend=True)
    for number in range(5):
        window.reload()
        friend.add(f"Todo {number}")
        eventually(lambda: len(window.labels()), number + 1)
    eventually(friend.presence, "2 people here")
    eventually(lambda: streams(server), 2)


def open_in_background(engine, index, name):
    if engine.name != "webkit":
        return index.find(f"#list-{name} a").ctrl_click()
    # Under automation it follows the link in place. A tab that its driver opens stays in the background.
    index.driver.switch_to.new_window("tab")
    index.session.current = index.driver.current_window_handle
    Window(index.session, index.session.current).goto(f"{index.site}/lists/{name}")


def test_tabs_opened_in_the_background_have_no_stream_until_they_are_shown(engine, open_window, server, relay):
    names = [f"list-{number}" for number in range(7)]
    for name in names:
        server.post(f"/todos/{name}", newTodo="Milk")
    index = open_window("/", site=relay.url)
    before = index.session.handles()
    for name in names:
        open_in_background(engine, index, name)
    eventually(lambda: all(relay.asked(f"/lists/{name}") for name in names))
    # Where six streams held all of the browser's connections, this one would not load.
    visible = open_window(site=relay.url)
    visible.add("Bread")
    eventually(lambda: streams(server), 2)
    assert relay.asked("/subscribe/list-") == 0
    if engine.name == "webkit":
        engine.cannot("a tab that the driver has opened is never shown")
    [first, *_] = index.session.handles() - before - {visible.handle}
    tab = Window(index.session, first)
    tab.show()
    eventually(lambda: relay.asked("/subscribe/list-"), 1)


def test_a_line_that_has_gone_dead_is_noticed_and_the_page_is_live_again(open_window, server, relay):
    one, index = open_window(site=relay.url), open_window("/", site=relay.url)
    friend = open_window(friend=True)
    for window in [one, friend]:
        eventually(window.presence, "2 people here")
    eventually(lambda: streams(server), 3)
    relay.go_dead("/subscribe")
    friend.add("Milk")
    eventually(one.labels, ["Milk"], within=50)
    eventually(lambda: "1 open" in index.text("#lists"), within=10)
    for window in [one, index]:
        eventually(lambda: window.is_hidden(".banner"))
    friend.add("Tea")
    eventually(one.labels, ["Milk", "Tea"])
    eventually(lambda: "2 open" in index.text("#lists"))
