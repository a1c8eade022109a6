"""What the README asks people to try: the windows on one list move together."""

from engines import eventually


def test_two_windows_on_one_list(open_window):
    one, two = open_window(), open_window()
    one.add("Milk")
    eventually(two.labels, ["Milk"])
    two.add("Tea")
    eventually(one.labels, ["Milk", "Tea"])
    one.toggle("Milk")
    eventually(lambda: two.is_done("Milk"))
    two.edit("Tea", "Green tea")
    eventually(one.labels, ["Milk", "Green tea"])
    two.destroy("Milk")
    eventually(one.labels, ["Green tea"])
    for window in [one, two]:
        # They are one person's.
        assert window.presence() == "1 person here"


def test_two_windows_on_the_index(open_window):
    one, two = open_window("/"), open_window("/")
    one.enter("Groceries")
    eventually(lambda: one.text("h1"), "Groceries")
    eventually(lambda: two.texts("#lists li a"), ["Groceries"])
    one.add("Milk")
    eventually(lambda: "1 open, 0 done" in two.text("#list-groceries"))
    one.goto("/")
    two.click("#list-groceries .destroy")
    eventually(lambda: one.count("#lists li"), 0)
    one.undo()
    eventually(lambda: two.texts("#lists li a"), ["Groceries"])


def test_five_windows_on_one_list(open_window):
    windows = [open_window() for _ in range(5)]
    for number, window in enumerate(windows):
        window.add(f"from window {number}")
        for other in windows:
            eventually(other.labels, [f"from window {before}" for before in range(number + 1)], within=10)
