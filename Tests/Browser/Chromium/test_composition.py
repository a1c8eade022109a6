"""Words that are composed, as in Japanese, are not cut short."""

from playwright.sync_api import expect

from todopage import labels


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
