"""What is deleted can be brought back, by any window that saw it go."""

from engines import eventually


def test_a_todo_comes_back_in_its_place_with_its_id(open_window):
    one, two = open_window(), open_window()
    one.add("Milk", "Tea", "Eggs")
    eventually(two.labels, ["Milk", "Tea", "Eggs"])
    id = two.row("Tea").attribute("id")
    one.destroy("Tea")
    eventually(two.labels, ["Milk", "Eggs"])
    eventually(two.offers, ["“Tea” deleted."])
    two.undo()
    for window in [one, two]:
        eventually(window.labels, ["Milk", "Tea", "Eggs"])
        assert window.row("Tea").attribute("id") == id
        eventually(window.offers, [])


def test_what_was_cleared_comes_back(open_window):
    one, two = open_window(), open_window()
    one.add("Milk", "Tea", "Eggs")
    one.toggle("Milk")
    one.toggle("Eggs")
    eventually(one.completed, ["Milk", "Eggs"])
    one.click(".clear-completed")
    eventually(two.labels, ["Tea"])
    eventually(two.offers, ["2 completed todos deleted."])
    two.undo()
    eventually(one.labels, ["Milk", "Tea", "Eggs"])
    assert one.completed() == ["Milk", "Eggs"]


def test_a_list_comes_back_from_its_own_page_and_from_the_index(open_window):
    one, index = open_window(), open_window("/")
    one.add("Milk")
    for window in [one, index]:
        eventually(lambda: index.count("#list-groceries"), 1)
        index.click("#list-groceries .destroy")
        eventually(one.labels, [])
        eventually(lambda: index.count("#list-groceries"), 0)
        window.undo()
        eventually(one.labels, ["Milk"])
        eventually(one.offers, [])
        eventually(index.offers, [])


def test_every_deletion_has_an_offer_of_its_own(open_window):
    one, two = open_window(), open_window()
    one.add("Milk", "Tea", "Eggs")
    for title in ["Milk", "Eggs"]:
        one.destroy(title)
        eventually(lambda: title not in one.labels())
    eventually(lambda: len(two.offers()), 2)
    two.undo("Milk")
    eventually(one.labels, ["Milk", "Tea"])
    eventually(one.offers, ["“Eggs” deleted."])
    one.click("#offers .dismiss")
    eventually(one.offers, [])
    assert two.offers() == ["“Eggs” deleted."]


def test_an_undo_that_comes_too_late_says_so(open_window, relay):
    one, two = open_window(), open_window(site=relay.url)
    one.add("Milk")
    one.destroy("Milk")
    eventually(lambda: len(two.offers()), 1)
    relay.rewrite = lambda path: path + "999" if path.startswith("/undo/") else path
    two.undo()
    eventually(lambda: "This is not there any more" in two.notice())
