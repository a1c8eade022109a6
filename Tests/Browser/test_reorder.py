"""Todos are put in another order by dragging and by the arrow keys, for all tabs at once."""

from playwright.sync_api import expect

from todopage import add, labels, row


def drag(page, title, onto, drop=True):
    handle = row(page, title).locator(".handle").bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    target = row(page, onto).bounding_box()
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] * 0.4, steps=4)
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] * 0.9, steps=4)
    if drop:
        page.mouse.up()


def test_a_todo_is_dragged_behind_another(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    drag(one, "Milk", onto="Tea")
    for page in [one, two]:
        expect(labels(page)).to_have_text(["Tea", "Milk", "Eggs"])
    expect(one.locator(".drop-line")).to_have_count(0)


def test_a_todo_is_dragged_to_the_front(tabs):
    page = tabs()
    add(page, "Milk", "Tea", "Eggs")
    handle = row(page, "Eggs").locator(".handle")
    handle.hover()
    page.mouse.down()
    first = row(page, "Milk").bounding_box()
    page.mouse.move(first["x"] + 20, first["y"] + 2, steps=5)
    expect(page.locator(".drop-line")).to_be_visible()
    page.mouse.up()
    expect(labels(page)).to_have_text(["Eggs", "Milk", "Tea"])


def test_a_drag_is_given_up_by_escape_and_goes_on_while_others_change_the_list(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    drag(one, "Milk", onto="Eggs", drop=False)
    one.keyboard.press("Escape")
    one.mouse.up()
    expect(one.locator(".drop-line")).to_have_count(0)
    drag(one, "Milk", onto="Tea", drop=False)
    add(two, "Bread")
    expect(labels(one)).to_have_text(["Milk", "Tea", "Eggs", "Bread"])
    one.mouse.up()
    expect(labels(two)).to_have_text(["Tea", "Milk", "Eggs", "Bread"])


def test_a_drag_by_finger(browser, server):
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(server.url + "/lists/groceries")
    add(page, "Milk", "Tea", "Eggs")
    handle, target = row(page, "Milk").locator(".handle").bounding_box(), row(page, "Eggs").bounding_box()
    finger = context.new_cdp_session(page)
    (x, start), end = (handle["x"] + 8, handle["y"] + 8), target["y"] + target["height"] - 4
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": start}]})
    for step in range(1, 9):
        y = start + (end - start) * step / 8
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(labels(page)).to_have_text(["Tea", "Eggs", "Milk"])
    context.close()


def test_the_arrow_keys_move_and_the_focus_goes_along(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    handle = row(one, "Eggs").locator(".handle")
    handle.focus()
    for order in [["Milk", "Eggs", "Tea"], ["Eggs", "Milk", "Tea"], ["Eggs", "Milk", "Tea"]]:
        one.keyboard.press("ArrowUp")
        expect(labels(two)).to_have_text(order)
        expect(labels(one)).to_have_text(order)
        expect(handle).to_be_focused()
    one.keyboard.press("ArrowDown")
    expect(labels(two)).to_have_text(["Milk", "Eggs", "Tea"])
    expect(one.locator("#moved")).to_have_text("Eggs is now 2 of 3")


def test_what_a_filter_hides_is_passed_over(tabs):
    page = tabs()
    add(page, "Milk", "Tea", "Eggs")
    row(page, "Tea").locator(".toggle").check()
    page.get_by_role("link", name="Active", exact=True).click()
    row(page, "Milk").locator(".handle").focus()
    page.keyboard.press("ArrowDown")
    expect(labels(page)).to_have_text(["Tea", "Eggs", "Milk"])
