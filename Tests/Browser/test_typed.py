"""Nothing that somebody types is lost: not to a refusal, nor to the network, nor to what others do meanwhile."""

import pytest

from engines import eventually

TOO_LONG = "x" * 501


@pytest.fixture
def window(open_window, relay):
    return open_window(site=relay.url)


def unsaved(window):
    return window.texts("#unsaved bdi")


def put(field, text):
    """Puts a text into a field at once, as a paste does."""
    field.read("(it.focus(), it.value = arguments[1], it.dispatchEvent(new Event('input', {bubbles: true})))", text)


def add_too_long(window):
    window.evaluate("document.querySelector('.new-todo').removeAttribute('maxlength')")
    put(window.find(".new-todo"), TOO_LONG)
    window.press("Enter")


# MARK: What the server refuses

@pytest.mark.parametrize("text", [TOO_LONG, "Oat\u0007milk"], ids=["too long", "control characters"])
def test_an_edit_that_is_refused_goes_on_with_what_was_typed(window, text):
    window.add("Milk")
    put(window.begin_edit("Milk"), text)
    window.press("Enter")
    eventually(lambda: "the title" in window.notice())
    field = window.find(".editing .edit")
    eventually(field.value, text)
    assert field.is_focused()
    assert window.labels() == ["Milk"]
    field.fill("Oat milk")
    window.press("Enter")
    eventually(window.labels, ["Oat milk"])
    eventually(window.notice, "")


def test_an_edit_that_is_refused_is_kept_beside_the_one_that_was_begun_meanwhile(window, relay):
    window.add("Milk", "Tea")
    relay.hold_posts()
    put(window.begin_edit("Milk"), TOO_LONG)
    window.press("Enter")
    field = window.begin_edit("Tea")
    field.type(" with lemon")
    relay.let_posts_go()
    eventually(lambda: unsaved(window), [TOO_LONG])
    assert (field.value(), field.is_focused()) == ("Tea with lemon", True)
    window.press("Enter")
    eventually(window.labels, ["Milk", "Tea with lemon"])


def have_one_refused_while_typing(window, relay):
    relay.hold_posts()
    add_too_long(window)
    eventually(lambda: window.value(".new-todo"), "")
    window.type(".new-todo", "Half a th")
    relay.let_posts_go()
    eventually(lambda: unsaved(window), [TOO_LONG])


def test_a_late_refusal_does_not_replace_what_is_typed_meanwhile(window, relay):
    have_one_refused_while_typing(window, relay)
    assert window.value(".new-todo") == "Half a th"
    assert window.focused() == "input.new-todo"


@pytest.mark.parametrize("text", ["no list\u0007", " "], ids=["control characters", "blank"])
def test_an_import_that_is_refused_stays_in_the_open_menu(window, text):
    window.add("Milk")
    window.open_menu()
    put(window.find(".list-menu textarea"), text)
    window.button("Import").click()
    eventually(lambda: window.notice() != "")
    assert window.is_visible(".list-menu textarea")
    assert window.value(".list-menu textarea") == text
    window.fill(".list-menu textarea", "- [ ] Bread")
    # By keys: the notice may stand before the button.
    window.press("Tab", "Enter")
    eventually(window.labels, ["Milk", "Bread"])
    eventually(lambda: window.is_hidden(".list-menu textarea"))
    assert window.value(".list-menu textarea") == ""


def test_a_new_title_that_is_refused_stays_in_the_open_menu(window):
    window.add("Milk")
    window.open_menu()
    window.evaluate("document.querySelector('.list-menu [name=name]').removeAttribute('maxlength')")
    put(window.find(".list-menu [name=name]"), TOO_LONG)
    window.button("Rename").click()
    eventually(lambda: "too long" in window.notice())
    assert window.is_visible(".list-menu [name=name]")
    assert window.value(".list-menu [name=name]") == TOO_LONG
    assert window.text("h1") == "Groceries"


def test_a_new_title_that_is_refused_stays_where_others_change_the_list_meanwhile(window, relay, server):
    window.add("Milk")
    window.open_menu()
    window.evaluate("document.querySelector('.list-menu [name=name]').removeAttribute('maxlength')")
    put(window.find(".list-menu [name=name]"), TOO_LONG)
    relay.hold_posts()
    window.button("Rename").click()
    for title in ["Tea", "Bread"]:
        assert server.post("/todos/groceries", newTodo=title)[0] == 201
        eventually(lambda: title in window.labels())
        if title == "Tea":
            relay.let_posts_go()
            eventually(lambda: "too long" in window.notice())
    assert window.value(".list-menu [name=name]") == TOO_LONG


def import_bread(window):
    window.open_menu()
    window.type(".list-menu textarea", "- [ ] Bread")
    window.button("Import").click()


def test_what_is_typed_while_an_import_is_under_way_stays(window, relay):
    window.add("Milk")
    relay.hold_posts()
    import_bread(window)
    window.fill(".list-menu textarea", "- [ ] Tea")
    relay.let_posts_go()
    eventually(window.labels, ["Milk", "Bread"])
    assert window.value(".list-menu textarea") == "- [ ] Tea"


# MARK: What does not reach the server

def test_all_that_was_added_while_the_server_was_away_is_kept_and_can_be_sent_again(window, relay, server):
    relay.refuse()
    for title in ["Milk", "Tea", "Eggs"]:
        window.type(".new-todo", title)
        window.press("Enter")
    eventually(lambda: window.value(".new-todo"), "Milk", within=15)
    eventually(lambda: unsaved(window), ["Tea", "Eggs"], within=15)
    relay.accept()
    window.find("#unsaved li", "Tea").find("button", "Try again").click()
    eventually(lambda: unsaved(window), ["Eggs"])
    eventually(window.labels, ["Tea"])
    window.find("#unsaved li", "Eggs").find(".dismiss").click()
    window.find(".new-todo").focus()
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Tea", "Milk"])
    assert unsaved(window) == []


def test_an_edit_that_does_not_reach_the_server_goes_on(window, relay):
    window.add("Milk")
    field = window.begin_edit("Milk")
    field.fill("Oat milk")
    relay.refuse()
    window.press("Enter")
    eventually(lambda: "cannot be reached" in window.notice(), within=15)
    eventually(field.value, "Oat milk")
    assert field.is_focused()
    relay.accept()
    window.press("Enter")
    eventually(window.labels, ["Oat milk"])


def test_an_import_that_does_not_reach_the_server_stays_in_the_open_menu(window, relay):
    window.add("Milk")
    relay.refuse()
    import_bread(window)
    eventually(lambda: "cannot be reached" in window.notice(), within=15)
    assert window.value(".list-menu textarea") == "- [ ] Bread"
    assert window.is_visible(".list-menu textarea")


# MARK: What others do to the row that is edited

def begin_half(window, title="Tea"):
    """Begins to edit, and leaves the caret behind the third letter typed."""
    field = window.begin_edit(title)
    field.fill("Green tea")
    field.read("it.setSelectionRange(3, 3)")
    return field


def caret(field):
    return field.read("it.selectionStart")


def assert_goes_on(window, field):
    """What is typed next is at the caret."""
    assert field.is_focused()
    assert (field.value(), caret(field)) == ("Green tea", 3)
    window.press("x")
    assert field.value() == "Grexen tea"


@pytest.mark.parametrize("with_move_before", [True, False], ids=["as it is", "without moveBefore"])
def test_an_edit_goes_on_in_a_row_that_another_moves(window, server, with_move_before):
    window.add("Milk", "Tea", "Eggs")
    if not with_move_before:
        window.evaluate("delete Element.prototype.moveBefore")
    field = begin_half(window)
    for after, order in [(None, ["Tea", "Milk", "Eggs"]), (3, ["Milk", "Eggs", "Tea"])]:
        assert server.post("/todos/groceries/2/move", after=after)[0] == 204
        eventually(window.labels, order)
    assert_goes_on(window, field)
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Milk", "Eggs", "Grexen tea"])


def test_an_edit_goes_on_while_rows_move_around_it(window, server):
    window.add("Milk", "Tea", "Eggs")
    field = begin_half(window)
    assert server.post("/todos/groceries/3/move", after=None)[0] == 204
    eventually(window.labels, ["Eggs", "Milk", "Tea"])
    assert server.post("/todos/groceries/1/delete")[0] == 204
    eventually(window.labels, ["Eggs", "Tea"])
    assert_goes_on(window, field)


def test_an_edit_goes_on_in_a_row_that_another_completes_under_a_filter(window, server):
    window.add("Milk", "Tea")
    window.choose("Active")
    field = begin_half(window)
    assert server.post("/todos/groceries/2/toggle", completed=True)[0] == 204
    eventually(lambda: window.row("Tea").has_class("completed"))
    assert_goes_on(window, field)
    window.press("Enter")
    eventually(window.shown, ["Milk"])
    eventually(lambda: server.todos("groceries"), ["Milk", "Grexen tea"])


def test_the_text_of_an_edit_whose_row_another_deletes_can_be_added(window, server):
    window.add("Milk", "Tea")
    begin_half(window)
    assert server.post("/todos/groceries/2/delete")[0] == 204
    eventually(window.labels, ["Milk"])
    eventually(lambda: window.value(".new-todo"), "Green tea")
    assert "Somebody has deleted" in window.notice()
    assert window.focused() == "input.new-todo"
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Milk", "Green tea"])


def test_the_text_of_an_edit_whose_list_another_deletes_is_kept_beside_what_was_being_typed(window, server):
    window.add("Milk", "Tea")
    window.type(".new-todo", "Half a th")
    begin_half(window)
    assert server.post("/lists/groceries/delete")[0] == 204
    eventually(window.labels, [])
    eventually(lambda: unsaved(window), ["Green tea"])
    assert window.value(".new-todo") == "Half a th"
    window.find("#unsaved").find("button", "Try again").click()
    eventually(window.labels, ["Green tea"])


def test_an_edit_that_was_stored_too_late_for_its_row_can_be_added(window, relay, server):
    window.add("Milk", "Tea")
    relay.hold_posts()
    begin_half(window)
    window.press("Enter")
    assert server.post("/todos/groceries/2/delete")[0] == 204
    eventually(window.labels, ["Milk"])
    relay.let_posts_go()
    eventually(lambda: window.value(".new-todo"), "Green tea")
    window.find(".new-todo").focus()
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Milk", "Green tea"])


def test_a_row_that_another_deletes_before_anything_was_typed_leaves_no_text(window, server):
    window.add("Milk", "Tea")
    window.begin_edit("Tea")
    assert server.post("/todos/groceries/2/delete")[0] == 204
    eventually(window.labels, ["Milk"])
    eventually(window.focused, "input.new-todo")
    assert window.value(".new-todo") == ""
    assert window.notice() == ""


# MARK: What others store while nothing is typed

def test_leaving_an_edit_in_which_nothing_was_changed_does_not_take_back_what_another_has_stored(window, relay, server):
    window.add("Milk")
    # What the other does does not come here before the edit is left.
    relay.go_dead("/subscribe")
    window.begin_edit("Milk")
    assert server.post("/todos/groceries/1/edit", title="Oat milk")[0] == 204
    window.press("Enter")
    window.begin_edit("Milk")
    window.click(".new-todo")
    eventually(lambda: window.count(".editing"), 0)
    window.type(".new-todo", "Tea")
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Oat milk", "Tea"])


def test_a_field_in_which_nothing_was_changed_follows_what_another_stores(window, server):
    window.add("Milk")
    field = window.begin_edit("Milk")
    assert server.post("/todos/groceries/1/edit", title="Oat milk")[0] == 204
    eventually(field.value, "Oat milk")
    assert field.is_focused()
    field.type("!")
    assert server.post("/todos/groceries/1/edit", title="Soy milk")[0] == 204
    eventually(window.labels, ["Soy milk"])
    assert field.value() == "Oat milk!"
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Oat milk!"])


# MARK: Leaving the page

def test_what_was_half_typed_is_there_again_after_a_reload_and_after_going_away(window):
    window.add("Milk")
    window.type(".new-todo", "Half a th")
    window.open_menu()
    window.fill(".list-menu [name=name]", "Food")
    window.type(".list-menu textarea", "- [ ] Bread\n- [ ] T")
    kept = ["Half a th", "Food", "- [ ] Bread\n- [ ] T"]

    def typed():
        return [window.value(css) for css in [".new-todo", ".list-menu [name=name]", ".list-menu textarea"]]

    assert typed() == kept
    window.reload()
    eventually(typed, kept)
    assert window.is_visible(".list-menu textarea")
    window.find("a", "All lists").click()
    eventually(lambda: window.text("h1"), "Todos")
    window.back()
    eventually(typed, kept)
    window.goto("/")
    window.goto("/lists/groceries")
    eventually(typed, kept)
    window.goto("/lists/work")
    assert window.value(".new-todo") == ""
    window.goto("/lists/groceries")
    window.find(".new-todo").focus()
    window.press("Enter")
    eventually(window.labels, ["Milk", "Half a th"])


def test_what_was_sent_is_not_there_again_after_a_reload(window):
    window.add("Milk")
    window.open_menu()
    window.fill(".list-menu [name=name]", "Food")
    window.button("Rename").click()
    eventually(lambda: window.text("h1"), "Food")
    eventually(lambda: window.is_hidden(".list-menu [name=name]"))
    window.reload()
    assert window.value(".new-todo") == ""
    assert window.is_hidden(".list-menu [name=name]")
    assert window.value(".list-menu [name=name]") == "Food"


def test_the_half_typed_name_of_a_new_list_is_there_again_and_that_of_a_made_one_is_not(window):
    window.goto("/")
    window.type(".new-todo", "Grocer")
    window.reload()
    eventually(lambda: window.value(".new-todo"), "Grocer")
    window.type(".new-todo", "ies")
    window.press("Enter")
    eventually(lambda: window.text("h1"), "Groceries")
    window.goto("/")
    assert window.value(".new-todo") == ""


def test_texts_that_could_not_be_stored_are_there_again_after_a_reload(window, relay):
    have_one_refused_while_typing(window, relay)
    window.reload()
    eventually(lambda: unsaved(window), [TOO_LONG])
    window.find("#unsaved .dismiss").click()
    window.reload()
    assert unsaved(window) == []
    assert window.value(".new-todo") == "Half a th"


LEAVING = {
    "by a link": lambda window: window.find("a", "All lists").click(),
    "by an address": lambda window: window.goto("/lists/work"),
    "by a reload": lambda window: window.reload(),
    "by going back": lambda window: window.back(),
    "by closing the window": lambda window: window.close(),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_an_edit_is_stored_when_the_page_is_left(window, server, leave):
    window.goto("/")
    window.goto("/lists/groceries")
    window.add("Milk")
    field = window.begin_edit("Milk")
    field.fill("Oat milk")
    # A browser under load may take keys in after they have been sent.
    eventually(field.value, "Oat milk")
    leave(window)
    eventually(lambda: server.todos("groceries"), ["Oat milk"])


def test_an_edit_in_which_nothing_was_changed_stores_nothing_when_the_page_is_left(window, relay, server):
    window.add("Milk")
    window.begin_edit("Milk")
    window.reload()
    window.add("Tea")
    assert [post.path for post in relay.posts() if post.path.startswith("/todos/")] == ["/todos/groceries"] * 2
