"""What a finger does, and has room for."""

import pytest
from playwright.sync_api import expect

from todopage import add, labels, row

# What is smaller than that each way. A label widens the box that it is for; a link in running text needs no room.
SMALL = """(least) => [...document.querySelectorAll('button, summary, input, textarea, select, a')]
  .filter((it) => it.checkVisibility({visibilityProperty: true}) && !it.closest('label:has(a), .unseen'))
  .map((it) => [it.className || it.name || it.textContent.trim(), it.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < least || height < least)
  .map(([name, {width, height}]) => `${name}: ${width} x ${height}`)"""


def open_page(browser, server, path="/lists/groceries", **options):
    context = browser.new_context(viewport={"width": 360, "height": 640}, **options)
    page = context.new_page()
    page.goto(server.url + path)
    return page


@pytest.fixture
def phone(browser, server):
    """A page that is used with a finger."""
    page = open_page(browser, server, has_touch=True, is_mobile=True)
    assert page.evaluate("matchMedia('(pointer: coarse) and (hover: none)').matches")
    yield page
    page.context.close()


def fill(page):
    """A list with everything on it that can be pressed."""
    add(page, "Milk", "Tea", "Eggs, see https://example.org/eggs")
    row(page, "Milk").locator(".toggle").check()
    expect(row(page, "Milk")).to_have_class("completed")
    row(page, "Tea").locator(".destroy").click()
    expect(page.locator(".offer")).to_be_visible()
    page.locator("summary").click()


@pytest.fixture(params=["fine", "coarse"])
def page_and_least(request, browser, server):
    """A page for a pointer, and how large what is pressed with it has to be."""
    is_coarse = request.param == "coarse"
    page = open_page(browser, server, has_touch=is_coarse, is_mobile=is_coarse)
    yield page, 44 if is_coarse else 24
    page.context.close()


def test_everything_on_a_list_is_large_enough(page_and_least):
    page, least = page_and_least
    assert page.evaluate(SMALL, least) == []
    fill(page)
    assert page.evaluate(SMALL, least) == []
    # Those who show nothing until a mouse is over them are there for a finger.
    assert page.locator(".destroy:visible, .edit-button:visible").count() == 4


def test_everything_on_a_wide_list_is_large_enough(page_and_least):
    page, least = page_and_least
    page.set_viewport_size({"width": 1000, "height": 700})
    fill(page)
    assert page.evaluate(SMALL, least) == []


def test_everything_on_the_index_is_large_enough(page_and_least, server):
    page, least = page_and_least
    for name in ["Groceries", "Holidays"]:
        server.post("/lists", newList=name)
    page.goto(server.url)
    expect(page.locator("#lists li")).to_have_count(2)
    page.locator("#list-holidays .destroy").click()
    expect(page.locator(".offer")).to_be_visible()
    assert page.evaluate(SMALL, least) == []


def test_an_edit_is_large_enough(page_and_least):
    page, least = page_and_least
    fill(page)
    row(page, "Milk").hover()
    row(page, "Milk").locator(".edit-button").click()
    assert page.evaluate(SMALL, least) == []


def test_what_is_quiet_for_a_mouse_is_shown_for_a_finger(phone):
    add(phone, "Milk")
    for css in [".edit-button", ".destroy"]:
        expect(row(phone, "Milk").locator(css)).not_to_have_css("color", "rgba(0, 0, 0, 0)")


def test_a_title_has_most_of_the_room_on_a_phone(phone):
    add(phone, "Milk")
    assert labels(phone).bounding_box()["width"] > 360 * 0.4


def test_nothing_goes_beyond_the_sides_of_a_narrow_screen(phone):
    phone.set_viewport_size({"width": 320, "height": 640})
    fill(phone)
    add(phone, "x" * 200)
    assert phone.evaluate("document.documentElement.scrollWidth") == 320


def test_a_todo_is_edited_by_finger(phone):
    add(phone, "Milk", "Tea")
    row(phone, "Milk").locator(".edit-button").tap()
    phone.locator(".editing .edit").fill("Oat milk")
    row(phone, "Tea").locator(".toggle").tap()
    expect(labels(phone)).to_have_text(["Oat milk", "Tea"])
    expect(row(phone, "Tea")).to_have_class("completed")


def test_a_tap_beside_an_edit_is_on_what_was_touched(phone):
    add(phone, "Milk, the one from the shop at the corner, and if they have none the other one", "Tea", "Eggs")
    row(phone, "Milk").locator(".edit-button").tap()
    phone.locator(".editing .edit").fill("Milk")
    row(phone, "Eggs").locator(".toggle").tap()
    expect(row(phone, "Eggs")).to_have_class("completed")
    expect(labels(phone)).to_have_text(["Milk", "Tea", "Eggs"])


def drag(page, finger, title, onto):
    handle, target = row(page, title).locator(".handle").bounding_box(), row(page, onto).bounding_box()
    (x, start), end = (handle["x"] + 8, handle["y"] + 8), target["y"] + target["height"] - 4
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": start}]})
    for step in range(1, 9):
        y = start + (end - start) * step / 8
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_drag_by_finger(phone):
    add(phone, "Milk", "Tea", "Eggs")
    drag(phone, phone.context.new_cdp_session(phone), "Milk", onto="Eggs")
    expect(labels(phone)).to_have_text(["Tea", "Eggs", "Milk"])
