"""How many have a list open is shown to all of them."""

from engines import eventually


def test_joins_and_leaves_are_shown(open_window):
    one = open_window()
    eventually(one.presence, "1 person here")
    two, elsewhere = open_window(), open_window("/lists/work")
    for window in [one, two]:
        eventually(window.presence, "2 people here")
    eventually(elsewhere.presence, "1 person here")
    two.close()
    eventually(one.presence, "1 person here")


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
