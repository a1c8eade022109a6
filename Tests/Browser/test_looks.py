"""How the page looks, as far as somebody would notice."""

import json

import pytest

from engines import eventually

LONG = "Coffee, the dark one from the shop at the corner, and if they have none of it the other one from the market"


@pytest.fixture
def window(open_window):
    return open_window()


@pytest.fixture
def long(open_window, server):
    """A window on a list that is far longer than itself."""
    text = "\n".join(f"- [ ] todo {number:02}" for number in range(80))
    assert server.post("/lists/groceries/import", text=text)[0] == 201
    window = open_window()
    eventually(window.presence, "1 person here")
    return window


def is_in_window(part):
    box = part.box()
    return box["height"] > 0 and box["top"] >= 0 and box["bottom"] <= part.window.evaluate("return innerHeight")


def shown(window, css):
    """The texts of those that can be seen."""
    return window.evaluate("""return [...document.querySelectorAll(arguments[0])].filter((it) => it.offsetParent)
      .map((it) => it.textContent)""", css)


def animations(window, title):
    """How many animations have run on a row since `watch_animations`."""
    return window.evaluate("return watched.filter((title) => title == arguments[0]).length", title)


def watch_animations(window):
    window.evaluate("""window.watched = []
      const animate = Element.prototype.animate
      Element.prototype.animate = function (...how) {
        watched.push(this.querySelector('label, a').textContent)
        return animate.apply(this, how)
      }""")


# MARK: Messages

def test_offers_and_notices_move_nothing_and_are_in_the_window(long, server):
    first = long.find(".todo-list li").box()
    for id in [70, 71, 72]:
        assert server.post(f"/todos/groceries/{id}/delete")[0] == 204
    eventually(lambda: len(long.offers()), 3)
    long.evaluate("document.querySelector('.new-todo').removeAttribute('maxlength')")
    long.find(".new-todo").read("(it.value = 'x'.repeat(501), it.dispatchEvent(new Event('input', {bubbles: true})))")
    long.find(".new-todo").focus()
    long.press("Enter")
    eventually(lambda: "too long" in long.notice())
    assert long.find(".todo-list li").box() == first
    for place in ["0", "document.body.scrollHeight"]:
        long.evaluate(f"scrollTo(0, {place})")
        for part in [long.find("#notice p"), long.find(".offer"), long.find(".offer:last-child")]:
            assert is_in_window(part)


def test_the_end_of_a_long_list_is_not_covered_by_offers(long, server):
    assert server.post("/todos/groceries/70/delete")[0] == 204
    eventually(lambda: len(long.offers()), 1)
    long.evaluate("scrollTo(0, document.body.scrollHeight)")
    menu, offer = long.find("summary").box(), long.find(".offer").box()
    assert menu["y"] + menu["height"] <= offer["y"]


def test_what_gets_the_focus_is_not_covered_by_messages(long, server):
    for id in [70, 71]:
        assert server.post(f"/todos/groceries/{id}/delete")[0] == 204
    eventually(lambda: len(long.offers()), 2)
    for title in ["todo 40", "todo 79"]:
        part = long.row(title).find(".toggle")
        part.read("it.focus()")
        eventually(lambda: part.box()["bottom"] <= long.find(".offer").box()["top"])


def test_of_many_offers_the_newest_are_shown(long, server):
    for id in range(60, 66):
        assert server.post(f"/todos/groceries/{id}/delete")[0] == 204
    eventually(lambda: len(long.offers()), 6)
    seen = shown(long, ".offer")
    assert 0 < len(seen) < 6
    assert "todo 64" in seen[-1]


# MARK: Changes

def test_what_another_has_changed_is_highlighted_for_a_moment(window, server):
    window.add("Milk", "Tea", "Eggs")
    watch_animations(window)
    changes = [("/todos/groceries/1/toggle", {"completed": True}, "Milk"),
               ("/todos/groceries/2/edit", {"title": "Green tea"}, "Green tea"),
               ("/todos/groceries", {"newTodo": "Bread"}, "Bread")]
    for path, signals, title in changes:
        assert server.post(path, **signals)[0] < 300
        eventually(lambda: animations(window, title) > 0)
    assert animations(window, "Eggs") == 0
    eventually(lambda: window.evaluate("return document.getAnimations().length"), 0)


def test_a_page_that_is_opened_highlights_nothing(window, server):
    window.add("Milk", "Tea")
    assert server.post("/todos/groceries/1/toggle", completed=True)[0] == 204
    window.reload()
    watch_animations(window)
    # What comes on the stream after all that it has begun with.
    assert server.post("/todos/groceries/2/edit", title="Green tea")[0] == 204
    eventually(window.labels, ["Milk", "Green tea"])
    eventually(lambda: window.evaluate("return watched.length"))
    assert set(window.evaluate("return watched")) == {"Green tea"}


def test_what_one_has_changed_oneself_does_not_flash(window):
    window.add("Milk", "Tea", "Eggs")
    watch_animations(window)
    window.toggle("Milk")
    eventually(lambda: window.is_done("Milk"))
    window.edit("Tea", "Green tea")
    eventually(window.labels, ["Milk", "Green tea", "Eggs"])
    window.row("Eggs").find(".handle").focus()
    window.press("ArrowUp")
    eventually(window.labels, ["Milk", "Eggs", "Green tea"])
    window.add("Bread")
    window.destroy("Milk")
    eventually(window.labels, ["Eggs", "Green tea", "Bread"])
    assert window.evaluate("return watched") == []


def test_an_own_edit_shows_at_once_and_does_not_go_back_meanwhile(open_window, relay, server):
    window = open_window(site=relay.url)
    window.add("Milk", "Tea")
    window.evaluate("""window.seen = []
      const row = document.querySelector('.todo-list li')
      const look = () => row.matches('.editing') || seen.push(row.querySelector('label').textContent)
      new MutationObserver(look).observe(document.querySelector('.todo-list'), {subtree: true, childList: true, characterData: true})""")
    relay.hold_posts()
    window.edit("Milk", "Oat milk")
    eventually(window.labels, ["Oat milk", "Tea"])
    assert server.post("/todos/groceries/2/toggle", completed=True)[0] == 204
    eventually(lambda: window.is_done("Tea"))
    assert window.labels() == ["Oat milk", "Tea"]
    relay.let_posts_go()
    eventually(lambda: server.todos("groceries"), ["Oat milk", "Tea"])
    window.add("Eggs")
    assert set(window.evaluate("return seen")) == {"Oat milk"}


# MARK: Rows

def test_the_edit_field_grows_with_its_text(window):
    window.add("Milk", LONG)
    field = window.begin_edit("Milk")
    one_line = field.box()["height"]
    field.type(" and " + LONG)
    assert field.box()["height"] > 1.5 * one_line
    assert field.read("it.scrollHeight <= it.clientHeight")
    field.fill("Milk")
    assert field.box()["height"] == one_line
    window.press("Escape")
    height = window.row(LONG).box()["height"]
    window.row(LONG).find(".edit-button").focus()
    window.press("Enter")
    field = window.find(".editing .edit")
    assert field.read("it.scrollHeight <= it.clientHeight")
    assert field.box()["height"] <= height


def test_a_row_does_not_jump_when_it_is_edited(window):
    window.add("Milk", "Tea")
    before = window.row("Tea").box()
    window.begin_edit("Milk")
    assert abs(window.row("Tea").box()["y"] - before["y"]) < 1


def test_edit_and_delete_are_quiet_until_they_are_wanted(window):
    window.add("Milk", "Tea")

    def are_quiet(title):
        colors = [window.row(title).find(css).read("getComputedStyle(it).color") for css in [".edit-button", ".destroy"]]
        return [color == "rgba(0, 0, 0, 0)" for color in colors]

    window.hover("h1")
    eventually(lambda: are_quiet("Milk"), [True, True])
    window.row("Milk").hover()
    eventually(lambda: are_quiet("Milk"), [False, False])
    assert are_quiet("Tea") == [True, True]
    window.row("Tea").find(".toggle").focus()
    eventually(lambda: are_quiet("Tea"), [False, False])


@pytest.mark.parametrize("width", [1000, 447])
def test_the_boxes_stand_in_one_column_with_mark_all(window, width):
    window.resize(width, 700)
    window.add("Milk", LONG)
    middles = window.evaluate("""return [...document.querySelectorAll('.toggle, .toggle-all')].map((box) => {
      const {left, width} = box.getBoundingClientRect()
      return left + width / 2
    })""")
    assert len(middles) == 3
    assert max(middles) - min(middles) < 1


def test_on_a_narrow_screen_the_title_has_most_of_the_room(window):
    window.resize(447, 700)
    window.add("Milk")
    assert window.find(".todo-list label").box()["width"] > 0.7 * window.evaluate("return innerWidth")
    assert window.evaluate("return document.documentElement.scrollWidth <= innerWidth")


# MARK: Around the list

def test_presence_is_hidden_while_one_is_alone(window, open_window):
    eventually(window.presence, "1 person here")
    assert window.is_hidden(".presence")
    friend = open_window(friend=True)
    eventually(lambda: window.is_visible(".presence"))
    assert window.presence() == "2 people here"
    friend.close()
    eventually(lambda: window.is_hidden(".presence"))


def test_an_empty_filter_says_so(window):
    window.add("Milk")

    def said():
        return shown(window, ".empty")

    assert said() == []
    window.choose("Completed")
    eventually(said, ["Nothing is done yet."])
    window.choose("Active")
    eventually(said, [])
    window.choose("All")
    window.toggle("Milk")
    window.choose("Active")
    eventually(said, ["Nothing left to do."])
    window.choose("Completed")
    eventually(said, [])


def test_the_menu_says_what_is_in_it(window):
    window.add("Milk")
    for word in ["This list", "rename", "import", "export", "delete"]:
        assert word in window.text("summary")


def test_a_file_can_be_imported(window, tmp_path):
    window.add("Milk")
    file = tmp_path / "todos.md"
    file.write_text("- [x] Bröd\n- [ ] Te\n", encoding="utf-8")
    window.open_menu()
    window.type(".list-menu input[type=file]", str(file))
    eventually(lambda: window.value(".list-menu textarea"), "- [x] Bröd\n- [ ] Te\n")
    window.button("Import").click()
    eventually(window.labels, ["Milk", "Bröd", "Te"])
    assert window.is_done("Bröd")


def test_the_link_to_a_list_is_copied(window):
    window.add("Milk")
    window.choose("Active")
    window.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    window.open_menu()
    window.button("Copy the link").click()
    eventually(lambda: window.evaluate("return window.copied"), window.site + "/lists/groceries")
    eventually(lambda: window.text(".copy-link"), "Copied")


def test_the_index_shows_counts_as_a_badge_and_lists_as_rows(window, open_window):
    window.add("Milk")
    index = open_window("/")
    row, link, counts = index.find("#lists li"), index.find("#lists li a"), index.find(".counts")
    eventually(counts.text, "1 open, 0 done")
    assert counts.box()["height"] < row.box()["height"]
    assert counts.read("getComputedStyle(it).borderRadius") != "0px"
    # The whole row but for its end leads to the list.
    assert link.box()["width"] > 0.6 * row.box()["width"]
    assert index.find(".new button").text() == "New list"


# MARK: Colours, paper and the rest of the browser

CONTRAST = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
  const luminance = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [low, high] = [arguments[0], arguments[1]].map(luminance).sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)"""


@pytest.mark.parametrize("path", ["/lists/groceries", "/"])
def test_placeholders_can_be_read(window, path):
    window.goto(path)
    for css in [".new-todo", "textarea"]:
        for field in [window.find(css)] if window.count(css) else []:
            color, opacity, ground = field.read("""(({color, opacity}) =>
              [color, opacity, getComputedStyle(it).backgroundColor])(getComputedStyle(it, '::placeholder'))""")
            assert opacity == "1"
            assert window.evaluate(CONTRAST, color, ground) >= 4.5


def test_the_browser_is_told_the_colours_and_the_name_of_the_page(window, server):
    assert window.count("meta[name=theme-color]") == 2
    ground = window.evaluate("return getComputedStyle(document.body).backgroundColor")
    current = window.evaluate("""return [...document.querySelectorAll('meta[name=theme-color]')]
      .find((it) => matchMedia(it.media).matches).content""")
    assert window.evaluate(CONTRAST, current, ground) == pytest.approx(1)
    status, text = server.get("/" + window.find("link[rel=manifest]").attribute("href").lstrip("/"))
    assert status == 200
    manifest = json.loads(text)
    assert (manifest["name"], manifest["start_url"]) == ("Todos", "/")
    assert server.get(manifest["icons"][0]["src"])[0] == 200
