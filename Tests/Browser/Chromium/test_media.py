"""The page in forced colours, with little motion, and on paper."""

import pytest
from playwright.sync_api import expect

from todopage import add, labels, offers, row


@pytest.fixture
def page_with(browser, server):
    """Opens a list in a browser that is set up in some way."""
    contexts = []

    def open_page(**options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(server.url + "/lists/groceries")
        return page

    yield open_page
    for context in contexts:
        context.close()


def colors_in(page, element):
    """The colours that are drawn within an element, as the browser itself reads them out of a picture."""
    page.mouse.move(0, 0)
    picture = element.screenshot()
    return page.evaluate("""async (bytes) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: 'image/png'}))
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
      canvas.drawImage(image, 0, 0)
      const {data} = canvas.getImageData(0, 0, image.width, image.height)
      const colors = new Set()
      for (let at = 0; at < data.length; at += 4) colors.add(data.slice(at, at + 3).join(' '))
      return [...colors]
    }""", list(picture))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_the_signs_to_be_seen(page_with, scheme):
    page = page_with(forced_colors="active", color_scheme=scheme)
    add(page, "Milk", "Tea")
    row(page, "Milk").locator(".toggle").check()
    for css in [".handle", ".toggle", ".destroy"]:
        assert len(colors_in(page, row(page, "Milk").locator(css))) > 1, css


def test_forced_colours_leave_the_selected_filter_to_be_told(page_with):
    page = page_with(forced_colors="active")
    add(page, "Milk")
    for name in ["Active", "All"]:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".filters .selected")).to_have_text(name)
        selected, other = [page.locator(css).first.evaluate("it => getComputedStyle(it).outlineStyle")
                           for css in [".filters .selected", ".filters a:not(.selected)"]]
        assert (selected, other) == ("solid", "none")


def test_forced_colours_leave_the_place_of_a_drag_to_be_seen(page_with):
    page = page_with(forced_colors="active")
    add(page, "Milk", "Tea")
    row(page, "Milk").locator(".handle").hover()
    page.mouse.down()
    box = row(page, "Tea").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 5, steps=4)
    line = page.locator(".drop-line")
    expect(line).to_be_visible()
    color, ground = page.evaluate("""['.drop-line', 'body'].map((css) =>
      getComputedStyle(document.querySelector(css)).backgroundColor)""")
    assert color != ground
    page.mouse.up()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_what_another_has_changed_moves_only_where_motion_is_welcome(page_with, server, motion):
    page = page_with(reduced_motion=motion)
    add(page, "Milk")
    expect(page.locator(".pending")).to_have_count(0)
    server.post("/todos/groceries/1/edit", title="Oat milk")
    expect(labels(page)).to_have_text(["Oat milk"])
    # It begins when the page is drawn.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert (page.evaluate("document.getAnimations().length") > 0) == (motion == "no-preference")


def test_paper_has_the_title_and_the_todos_and_nothing_to_press(page_with):
    page = page_with(color_scheme="dark")
    add(page, "Milk", "Tea", "Eggs")
    row(page, "Milk").locator(".toggle").check()
    row(page, "Eggs").locator(".destroy").click()
    expect(offers(page)).to_be_visible()
    page.emulate_media(media="print")
    for part in [page.locator("h1"), labels(page).first, row(page, "Milk").locator(".toggle")]:
        expect(part).to_be_visible()
    for part in ["button", ".new", ".footer", ".list-menu", ".messages", ".above", ".toggle-all"]:
        expect(page.locator(part).locator("visible=true")).to_have_count(0)
    expect(row(page, "Tea").locator("label")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_letters_of_twice_the_size_have_room(page_with):
    page = page_with(viewport={"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    add(page, "Milk, the one from the shop at the corner, and if they have none the other one")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
