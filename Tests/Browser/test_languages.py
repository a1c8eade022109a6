"""Titles in every script, each with its own direction, and none that changes what stands around it."""

import pytest

from engines import eventually

HEBREW = "שלום (1)!"
REVERSED = "\u202eMilk"  # U+202E turns round what is behind it


@pytest.fixture
def window(open_window):
    return open_window()


def direction(part):
    return part.read("getComputedStyle(it).direction")


def put(field, text):
    """Puts a text into a field at once, as a paste does."""
    field.read("(it.focus(), it.value = arguments[1], it.dispatchEvent(new Event('input', {bubbles: true})))", text)


def paste(window, text):
    put(window.find(".new-todo"), text)
    window.press("Enter")


def left_of(part, text):
    """Where a text within a part begins, in pixels from the left of the window."""
    return part.read("""(() => {
      const walker = document.createTreeWalker(it, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(arguments[1])
        if (at < 0) continue
        const range = document.createRange()
        range.setStart(walker.currentNode, at)
        range.setEnd(walker.currentNode, at + arguments[1].length)
        return range.getBoundingClientRect().left
      }
    })()""", text)


def begins_at(part, title):
    """The direction of the side at which a short title stands."""
    box = part.box()
    return "ltr" if left_of(part, title) < box["x"] + box["width"] / 2 else "rtl"


def assert_reads_on(part, title, *behind):
    """What stands behind a title is to the right of it, in its order."""
    places = [left_of(part, text) for text in [title, *behind]]
    assert None not in places
    assert places == sorted(places)


# MARK: Directions

def test_a_todo_has_the_direction_of_its_title(window):
    for title, wanted in [(HEBREW, "rtl"), ("مرحبا: 3", "rtl"), ("Milk", "ltr"), ("日本", "ltr")]:
        put(window.find(".new-todo"), title)
        assert direction(window.find(".new-todo")) == wanted
        window.press("Enter")
        eventually(lambda: window.texts("li[id] label")[-1:], [title])
        label = window.row(title).find("label")
        assert direction(label) == wanted
        assert begins_at(label, title) == wanted
        window.row(title).find(".edit-button").focus()
        window.press("Enter")
        eventually(lambda: direction(window.find(".editing .edit")), wanted)
        window.press("Escape")


def test_a_list_has_the_direction_of_its_title_on_its_page_and_on_the_index(window, open_window):
    window.add("Milk")
    window.open_menu()
    put(window.find(".list-menu [name=name]"), HEBREW)
    assert direction(window.find(".list-menu [name=name]")) == "rtl"
    window.button("Rename").click()
    eventually(lambda: window.text("h1"), HEBREW)
    index = open_window("/")
    for heading in [window.find("h1"), index.find("#list-groceries a")]:
        assert direction(heading) == "rtl"
        assert begins_at(heading, HEBREW) == "rtl"
    assert index.find("#list-groceries .counts").box()["x"] > index.find("#list-groceries a").box()["x"]
    put(index.find(".new-todo"), HEBREW)
    assert direction(index.find(".new-todo")) == "rtl"


def test_an_offer_reads_on_behind_the_title(window):
    for title in [HEBREW, REVERSED, "(1) שלום", "\u200f!"]:
        paste(window, title)
        eventually(window.labels, [title])
        window.destroy(title)
        eventually(lambda: window.offers()[-1:], [f"“{title}” deleted."])
        assert_reads_on(window.find(".offer", title).find("span"), title, "”", "deleted")


def test_the_offer_of_a_list_reads_on_behind_its_title(window):
    window.add("Milk")
    window.open_menu()
    put(window.find(".list-menu [name=name]"), REVERSED)
    window.button("Rename").click()
    eventually(lambda: window.text("h1"), REVERSED)
    window.goto("/")
    window.click("#list-groceries .destroy")
    eventually(window.offers, [f"The list “{REVERSED}” was deleted."])
    assert_reads_on(window.find(".offer span"), REVERSED, "”", "was deleted")


def test_a_text_that_was_not_saved_reads_on_behind_it(open_window, relay):
    window = open_window(site=relay.url)
    relay.refuse()
    for title in ["Milk", HEBREW]:
        paste(window, title)
    eventually(lambda: window.texts("#unsaved bdi"), [HEBREW], within=15)
    assert_reads_on(window.find("#unsaved span"), HEBREW, "”", "was not saved")


def test_where_a_todo_was_moved_to_is_said_behind_its_title(window):
    paste(window, HEBREW)
    eventually(window.labels, [HEBREW])
    window.add("Milk")
    window.row(HEBREW).find(".handle").focus()
    window.press("ArrowDown")
    eventually(lambda: window.text("#moved"), f"{HEBREW} is now 2 of 2")
    assert window.text("#moved bdi") == HEBREW


# MARK: What is typed and pasted

def test_a_title_is_shown_as_it_was_pasted(window, open_window):
    other = open_window()
    titles = ["牛乳", "молоко", "👩‍👩‍👧 🇨🇭", "e\u0301te\u0301", "\U00020BB7野家"]
    for title in titles:
        paste(window, title)
    for one in [window, other]:
        eventually(one.labels, titles)


def test_a_pasted_tab_becomes_a_space(window, server):
    paste(window, "Oat\tmilk\t")
    eventually(lambda: window.count(".todo-list li[id]"), 1)
    eventually(lambda: server.todos("groceries"), ["Oat milk"])
    eventually(lambda: window.count(".pending"), 0)
    assert window.labels() == ["Oat milk"]
    put(window.begin_edit("Oat milk"), "Soy\tmilk\n(1 l)")
    window.press("Enter")
    eventually(lambda: server.todos("groceries"), ["Soy milk (1 l)"])
    eventually(window.labels, ["Soy milk (1 l)"])
    assert window.notice() == ""


def test_a_title_of_which_nothing_can_be_seen_is_no_title(window):
    for sign in ["\u200b", "\u00ad", "\u2800", "\u3164", "\u2063"]:
        paste(window, sign * 2)
        eventually(lambda: window.value(".new-todo"), sign * 2)
        assert window.notice() != ""
        paste(window, f"Oat{sign}milk")
        eventually(lambda: window.labels()[-1], f"Oat{sign}milk")
    assert len(window.labels()) == 5


def test_an_edit_of_which_nothing_can_be_seen_deletes_like_a_blank_one(window):
    window.add("Milk", "Tea")
    put(window.begin_edit("Milk"), "\u200b")
    window.press("Enter")
    eventually(window.labels, ["Tea"])
    eventually(window.offers, ["“Milk” deleted."])


# MARK: Links

def test_an_address_in_a_title_is_a_link_and_the_rest_is_not(window):
    for title, address in [
            ("Read https://example.org/a?b=c&d=e#f, then rest", "https://example.org/a?b=c&d=e#f"),
            ("(http://example.org/wiki/Milk_(drink))", "http://example.org/wiki/Milk_(drink)"),
            ("קרא https://example.org/שלום!", "https://example.org/שלום")]:
        paste(window, title)
        eventually(lambda: window.labels()[-1], title)
        link = window.row(title).find("label a")
        eventually(link.texts, [address])
        assert link.attribute("href") == address
        assert (link.attribute("rel"), link.attribute("target")) == ("noopener", "_blank")


def test_what_is_no_address_of_the_web_is_no_link(window):
    titles = ["javascript://example.org/%0Aalert(1)", "ftp://example.org", "example.org", "https://"]
    for title in titles:
        paste(window, title)
    eventually(window.labels, titles)
    eventually(lambda: window.count(".pending"), 0)
    assert window.count(".todo-list a") == 0
