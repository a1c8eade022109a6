"""How many have a list open is shown to all of them."""

from engines import eventually


def test_joins_and_leaves_are_shown(open_window):
    one = open_window()
    eventually(one.presence, "1 person here")
    friend, elsewhere = open_window(friend=True), open_window("/lists/work")
    for window in [one, friend]:
        eventually(window.presence, "2 people here")
    eventually(elsewhere.presence, "1 person here")
    friend.close()
    eventually(one.presence, "1 person here")


def test_the_windows_of_a_browser_are_one_person_until_the_last_has_gone(open_window):
    friend = open_window(friend=True)
    windows = [open_window() for _ in range(3)]
    for window in [friend, *windows]:
        eventually(window.presence, "2 people here")
    windows[0].reload()
    eventually(windows[0].presence, "2 people here")
    for window in windows:
        assert friend.presence() == "2 people here"
        window.close()
    eventually(friend.presence, "1 person here")


def test_a_browser_that_keeps_nothing_counts_each_of_its_windows(open_window):
    """As one in which a person has forbidden it; the page is the same otherwise."""
    one, two = open_window(), open_window()
    for window in [one, two]:
        eventually(window.presence, "1 person here")
    # Storage is refused from here on, as by such a browser.
    two.evaluate("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('refused') }})")
    two.hide()
    two.show()
    eventually(one.presence, "2 people here")
    one.add("Milk")
    eventually(two.labels, ["Milk"])


def test_the_others_see_which_todo_is_being_edited_and_the_one_who_edits_does_not(open_window):
    one, friend = open_window(), open_window(friend=True)
    one.add("Milk", "Tea")
    eventually(friend.labels, ["Milk", "Tea"])
    one.begin_edit("Tea")
    eventually(lambda: friend.row("Tea").has_class("elsewhere"))
    assert not friend.row("Milk").has_class("elsewhere")
    assert one.count(".elsewhere") == 0
    # Whatever else changes, the mark stays.
    friend.toggle("Milk")
    eventually(lambda: friend.is_done("Milk"))
    assert friend.texts(".elsewhere label") == ["Tea"]
    one.press("Escape")
    eventually(lambda: friend.count(".elsewhere"), 0)
