"""TodoMVC's behaviour, under the headings of its specification."""

from playwright.sync_api import expect

from todopage import add, begin_edit, labels, row


def test_no_todos(tabs):
    page = tabs()
    expect(page.locator(".main")).to_be_hidden()
    expect(page.locator(".footer")).to_be_hidden()
    expect(page.locator("#empty")).to_be_visible()
    add(page, "Milk")
    expect(page.locator(".main")).to_be_visible()
    expect(page.locator(".footer")).to_be_visible()


def test_new_todo(tabs):
    page = tabs()
    expect(page.locator(".new-todo")).to_be_focused()
    add(page, "  Milk  ")
    expect(labels(page)).to_have_text(["Milk"])
    expect(page.locator(".new-todo")).to_have_value("")
    expect(page.locator(".new-todo")).to_be_focused()
    page.locator(".new-todo").fill("   ")
    page.locator(".new-todo").press("Enter")
    add(page, "Tea")
    expect(labels(page)).to_have_text(["Milk", "Tea"])


def test_new_todo_is_not_submitted_by_the_enter_that_ends_a_composition(tabs):
    page = tabs()
    page.locator(".new-todo").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    for type in ["rawKeyDown", "keyUp"]:
        keyboard.send("Input.dispatchKeyEvent", {"type": type, "key": "Enter", "windowsVirtualKeyCode": 229})
    expect(page.locator(".new-todo")).to_have_value("にほん")
    keyboard.send("Input.insertText", {"text": "日本"})
    expect(page.locator(".new-todo")).to_have_value("日本")
    expect(labels(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(labels(page)).to_have_text(["日本"])


def test_new_todo_that_is_refused_is_put_back_with_the_reason(tabs):
    page = tabs()
    page.locator(".new-todo").evaluate("field => field.removeAttribute('maxlength')")
    page.locator(".new-todo").fill("x" * 501)
    page.locator(".new-todo").press("Enter")
    expect(page.locator("#notice")).to_have_text("the title is too long: write at most 500 characters")
    expect(page.locator(".new-todo")).to_have_value("x" * 501)
    expect(labels(page)).to_have_count(0)


def test_mark_all_as_complete(tabs):
    page = tabs()
    add(page, "Milk", "Tea")
    page.locator(".toggle-all").check()
    expect(page.locator("li.completed")).to_have_count(2)
    row(page, "Milk").locator(".toggle").uncheck()
    expect(page.locator(".toggle-all")).not_to_be_checked()
    row(page, "Milk").locator(".toggle").check()
    expect(page.locator(".toggle-all")).to_be_checked()
    page.locator(".toggle-all").uncheck()
    expect(page.locator("li.completed")).to_have_count(0)


def test_item(tabs):
    page = tabs()
    add(page, "Milk", "Tea")
    row(page, "Milk").locator(".toggle").check()
    expect(row(page, "Milk")).to_have_class("completed")
    row(page, "Milk").locator(".toggle").uncheck()
    expect(page.locator("li.completed")).to_have_count(0)
    row(page, "Milk").locator(".destroy").click()
    expect(labels(page)).to_have_text(["Tea"])


def test_editing(tabs):
    page = tabs()
    add(page, "Milk", "Tea")
    field = begin_edit(page, "Milk")
    expect(field).to_be_focused()
    expect(row(page, "Milk").locator(".toggle")).to_be_hidden()
    field.fill("  Oat milk ")
    field.press("Enter")
    expect(labels(page)).to_have_text(["Oat milk", "Tea"])
    expect(page.locator("li.editing")).to_have_count(0)
    begin_edit(page, "Oat milk").fill("by blur")
    page.locator(".new-todo").click()
    expect(labels(page)).to_have_text(["by blur", "Tea"])
    field = begin_edit(page, "by blur")
    field.fill("given up")
    field.press("Escape")
    expect(labels(page)).to_have_text(["by blur", "Tea"])
    begin_edit(page, "by blur").fill(" ")
    page.keyboard.press("Enter")
    expect(labels(page)).to_have_text(["Tea"])


def test_editing_is_not_ended_by_the_keys_of_a_composition(tabs):
    page = tabs()
    add(page, "Milk")
    field = begin_edit(page, "Milk")
    for key in ["Enter", "Escape"]:
        field.dispatch_event("keydown", {"key": key, "isComposing": True, "bubbles": True})
        field.dispatch_event("keydown", {"key": key, "keyCode": 229, "bubbles": True})
    expect(field).to_be_focused()


def test_editing_by_keyboard_alone(tabs):
    page = tabs()
    add(page, "Milk")
    page.get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    expect(page.locator("li.editing .edit")).to_be_focused()
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    expect(labels(page)).to_have_text(["Milk!"])
    expect(page.get_by_role("button", name="Edit")).to_be_focused()


def test_counter(tabs):
    page = tabs()
    for title, text in [("1", "1 item left"), ("2", "2 items left")]:
        add(page, title)
        expect(page.locator(".todo-count")).to_have_text(text)
    page.locator(".toggle-all").check()
    expect(page.locator(".todo-count")).to_have_text("0 items left")
    expect(page.locator(".todo-count strong")).to_have_text("0")


def test_clear_completed_button(tabs):
    page = tabs()
    add(page, "Milk", "Tea")
    expect(page.locator(".clear-completed")).to_be_hidden()
    row(page, "Milk").locator(".toggle").check()
    page.locator(".clear-completed").click()
    expect(labels(page)).to_have_text(["Tea"])
    expect(page.locator(".clear-completed")).to_be_hidden()


def test_persistence(tabs, server):
    page = tabs()
    add(page, "Milk", "Tea")
    row(page, "Milk").locator(".toggle").check()
    expect(row(page, "Milk")).to_have_class("completed")
    server.stop()
    server.start()
    page.reload()
    expect(labels(page)).to_have_text(["Milk", "Tea"])
    expect(row(page, "Milk").locator(".toggle")).to_be_checked()
    expect(page.locator("li.editing")).to_have_count(0)


def test_routing(tabs):
    page = tabs()
    add(page, "Milk", "Tea")
    row(page, "Milk").locator(".toggle").check()
    expect(page.locator(".filters .selected")).to_have_text("All")
    page.get_by_role("link", name="Active", exact=True).click()
    expect(row(page, "Milk")).to_be_hidden()
    expect(row(page, "Tea")).to_be_visible()
    page.get_by_role("link", name="Completed", exact=True).click()
    expect(row(page, "Milk")).to_be_visible()
    expect(row(page, "Tea")).to_be_hidden()
    expect(page.locator(".filters .selected")).to_have_text("Completed")
    page.go_back()
    expect(page.locator(".filters .selected")).to_have_text("Active")
    expect(row(page, "Tea")).to_be_visible()
    page.reload()
    expect(page.locator(".filters .selected")).to_have_text("Active")
    expect(row(page, "Milk")).to_be_hidden()
