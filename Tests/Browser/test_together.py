"""Several windows on one list move together, and what each does alone stays its own."""

import signal

from engines import eventually


def test_what_one_window_does_shows_in_the_other_and_not_on_another_list(open_window):
    one, two, elsewhere = open_window(), open_window(), open_window("/lists/work")
    one.add("Milk", "Tea")
    eventually(two.labels, ["Milk", "Tea"])
    two.toggle("Milk")
    eventually(lambda: one.is_done("Milk"))
    assert one.text(".todo-count") == "1 item left"
    one.edit("Tea", "Green tea")
    eventually(two.labels, ["Milk", "Green tea"])
    two.destroy("Milk")
    eventually(one.labels, ["Green tea"])
    assert elsewhere.labels() == []


def test_half_typed_text_survives_what_others_do(open_window):
    one, two = open_window(friend=True), open_window()
    two.type(".new-todo", "Half a th")
    one.add("Milk", "Tea")
    eventually(two.labels, ["Milk", "Tea"])
    assert two.value(".new-todo") == "Half a th"
    assert two.focused() == "input.new-todo"


def test_an_edit_in_progress_survives_what_others_do(open_window):
    one, two = open_window(friend=True), open_window()
    one.add("Milk", "Tea")
    eventually(two.labels, ["Milk", "Tea"])
    field = two.begin_edit("Tea")
    field.type(" with lemon")
    one.toggle("Milk")
    one.toggle("Tea")
    one.add("Eggs")
    eventually(lambda: len(two.labels()), 3)
    eventually(two.completed, ["Milk", "Tea"])
    assert field.value() == "Tea with lemon"
    assert field.is_focused()
    two.press("Enter")
    eventually(one.labels, ["Milk", "Tea with lemon", "Eggs"])


def test_windows_are_live_again_by_themselves_after_the_server_was_killed(open_window, server):
    one, two = open_window(), open_window()
    one.add("Milk")
    server.stop(by=signal.SIGKILL)
    eventually(lambda: one.is_visible(".banner"))
    server.start()
    for window in [one, two]:
        eventually(lambda: window.is_hidden(".banner"), within=15)
    assert one.labels() == ["Milk"]
    two.add("Tea")
    eventually(one.labels, ["Milk", "Tea"])


def test_the_server_ends_cleanly_with_windows_open(open_window, server):
    open_window(), open_window()
    assert server.stop() == 0


def test_a_list_is_renamed_for_all(open_window):
    one, two, index = open_window(), open_window(), open_window("/")
    one.add("Milk")
    one.open_menu()
    one.fill(".list-menu input[name=name]", "Food & drink")
    one.button("Rename").click()
    eventually(lambda: two.text("#title"), "Food & drink")
    eventually(two.title, "Food & drink · Todos")
    eventually(lambda: index.text("#list-groceries a"), "Food & drink")


def test_a_list_that_is_deleted_tells_those_who_have_it_open(open_window):
    one, two, index = open_window(), open_window(), open_window("/")
    one.add("Milk")
    eventually(two.labels, ["Milk"])
    one.open_menu()
    one.button("Delete this list").click()
    eventually(lambda: one.text("h1"), "Todos")
    eventually(lambda: index.count("#list-groceries"), 0)
    eventually(two.offers, ["The list “Groceries” was deleted."])
    eventually(lambda: "This list has been deleted." in two.text("#empty"))
    assert two.is_hidden(".list-menu")
    two.add("Tea")
    eventually(lambda: "1 open, 0 done" in index.text("#list-groceries"))


def test_todos_are_imported_for_all(open_window):
    one, two = open_window(), open_window()
    one.add("Milk")
    one.open_menu()
    one.type(".list-menu textarea", "- [x] Bread\n- [ ] Tea")
    one.button("Import").click()
    eventually(two.labels, ["Milk", "Bread", "Tea"])
    assert two.is_done("Bread")
    one.open_menu()
    one.type(".list-menu textarea", "not a list")
    one.button("Import").click()
    eventually(lambda: "there is no todo in it" in one.notice().lower())


def test_the_index_follows_the_lists(open_window):
    index, one = open_window("/"), open_window()
    one.add("Milk", "Tea")
    one.toggle("Tea")
    eventually(lambda: "1 open, 1 done" in index.text("#list-groceries"))


def test_hostile_titles_stay_text_in_the_list_and_in_the_edit_field(open_window):
    one, two = open_window(), open_window()
    for title in ["<img src=x onerror=document.title='hacked'>", "\"quotes\" & 'more'", "{{title}} {{{x}}}",
                  "${1+1} $_editing @post('/')"]:
        one.add(title)
        eventually(lambda: two.labels()[-1:], [title])
        assert two.begin_edit(title).value() == title
        two.press("Escape")
        eventually(lambda: two.count("li.editing"), 0)
    assert one.title() == two.title() == "Groceries · Todos"
