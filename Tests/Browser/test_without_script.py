"""With scripts switched off, plain forms and links do the work."""

from playwright.sync_api import expect

from todopage import labels, row


def test_everything_by_forms(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.locator(".new-todo").fill("Groceries")
    page.locator(".new-todo").press("Enter")
    expect(page.locator("h1")).to_have_text("Groceries")
    for title in ["Milk", "Tea", "Eggs"]:
        page.locator(".new-todo").fill(title)
        page.locator(".new-todo").press("Enter")
    expect(labels(page)).to_have_text(["Milk", "Tea", "Eggs"])
    row(page, "Milk").get_by_role("button", name="Done").click()
    expect(row(page, "Milk")).to_have_class("completed")
    row(page, "Tea").get_by_role("button", name="Edit").click()
    page.get_by_label("Title").first.fill("Green tea")
    page.get_by_role("button", name="Save").click()
    row(page, "Eggs").get_by_role("button", name="Delete").click()
    expect(labels(page)).to_have_text(["Milk", "Green tea"])
    page.get_by_role("button", name="Undo").click()
    expect(labels(page)).to_have_text(["Milk", "Green tea", "Eggs"])
    page.get_by_role("link", name="Active", exact=True).click()
    expect(row(page, "Milk")).to_be_hidden()
    page.get_by_role("link", name="All", exact=True).click()
    page.get_by_role("button", name="Clear completed").click()
    expect(labels(page)).to_have_text(["Green tea", "Eggs"])
    context.close()
