"""Todos are put in another order by dragging and by the arrow keys, for all windows at once."""

from engines import eventually


def drag(window, title, onto, at=0.9, drop=True):
    window.pointer.drag(window.row(title).find(".handle"), window.row(onto), at, drop)


def test_a_todo_is_dragged_behind_another(open_window):
    one, two = open_window(), open_window()
    one.add("Milk", "Tea", "Eggs")
    drag(one, "Milk", onto="Tea")
    for window in [one, two]:
        eventually(window.labels, ["Tea", "Milk", "Eggs"])
    assert one.count(".drop-line") == 0


def test_a_todo_is_dragged_to_the_front(open_window):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    drag(window, "Eggs", onto="Milk", at=0.1, drop=False)
    eventually(lambda: window.is_visible(".drop-line"))
    window.pointer.release()
    eventually(window.labels, ["Eggs", "Milk", "Tea"])


def test_a_drag_is_given_up_by_escape(open_window):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    drag(window, "Milk", onto="Eggs", drop=False)
    eventually(lambda: window.is_visible(".drop-line"))
    window.press("Escape")
    eventually(lambda: window.count(".drop-line"), 0)
    window.pointer.release()
    # What comes after it shows that nothing was moved.
    window.add("Bread")
    assert window.labels() == ["Milk", "Tea", "Eggs", "Bread"]


def test_a_drag_goes_on_while_others_change_the_list(open_window):
    one, two = open_window(), open_window(friend=True)
    one.add("Milk", "Tea", "Eggs")
    drag(one, "Milk", onto="Tea", drop=False)
    two.add("Bread")
    eventually(one.labels, ["Milk", "Tea", "Eggs", "Bread"])
    one.pointer.release()
    eventually(two.labels, ["Tea", "Milk", "Eggs", "Bread"])


def test_the_arrow_keys_move_and_the_focus_goes_along(open_window):
    one, two = open_window(), open_window(friend=True)
    one.add("Milk", "Tea", "Eggs")
    handle = one.row("Eggs").find(".handle")
    handle.focus()
    for order in [["Milk", "Eggs", "Tea"], ["Eggs", "Milk", "Tea"], ["Eggs", "Milk", "Tea"]]:
        one.press("ArrowUp")
        eventually(two.labels, order)
        eventually(one.labels, order)
        eventually(handle.is_focused, message="the handle keeps the focus")
    one.press("ArrowDown")
    eventually(two.labels, ["Milk", "Eggs", "Tea"])
    eventually(lambda: one.text("#moved"), "Eggs is now 2 of 3")


def test_what_a_filter_hides_is_passed_over(open_window):
    window = open_window()
    window.add("Milk", "Tea", "Eggs")
    window.toggle("Tea")
    eventually(window.completed, ["Tea"])
    window.choose("Active")
    eventually(window.shown, ["Milk", "Eggs"])
    window.row("Milk").find(".handle").focus()
    window.press("ArrowDown")
    eventually(window.labels, ["Tea", "Eggs", "Milk"])
