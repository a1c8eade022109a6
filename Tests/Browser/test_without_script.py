"""With scripts switched off, plain forms and links do the work."""

import pytest
from playwright.sync_api import expect

from todopage import labels, open_menu, row


@pytest.fixture
def page(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()


def make_list(page, *titles):
    page.locator(".new-todo").fill("Groceries")
    page.locator(".new-todo").press("Enter")
    expect(page.locator("h1")).to_have_text("Groceries")
    for title in titles:
        page.locator(".new-todo").fill(title)
        page.locator(".new-todo").press("Enter")
    expect(labels(page)).to_have_text([*titles])


def test_todos_by_forms(page):
    make_list(page, "Milk", "Tea", "Eggs")
    row(page, "Milk").get_by_role("button", name="Done").click()
    expect(row(page, "Milk")).to_have_class("completed")
    row(page, "Milk").get_by_role("button", name="Reopen").click()
    expect(page.locator("li.completed")).to_have_count(0)
    page.get_by_role("button", name="Complete all").click()
    expect(page.locator("li.completed")).to_have_count(3)
    page.get_by_role("button", name="Reopen all").click()
    row(page, "Milk").get_by_role("button", name="Done").click()
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


def test_order_by_a_form(page):
    make_list(page, "Milk", "Tea", "Eggs")
    row(page, "Milk").get_by_role("button", name="Edit").click()
    page.get_by_label("Place").select_option("After “Tea”")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(labels(page)).to_have_text(["Tea", "Milk", "Eggs"])
    row(page, "Eggs").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Place").locator("option:checked")).to_have_text("After “Milk”")
    page.get_by_label("Place").select_option("First")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(labels(page)).to_have_text(["Eggs", "Tea", "Milk"])


def test_lists_by_forms(page):
    make_list(page, "Milk")
    open_menu(page)
    page.get_by_label("New title").fill("Food")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("h1")).to_have_text("Food")
    open_menu(page)
    page.get_by_label("Add a Markdown checklist").fill("- [x] Bread\n- Tea")
    page.get_by_role("button", name="Import").click()
    expect(labels(page)).to_have_text(["Milk", "Bread", "Tea"])
    page.get_by_role("link", name="All lists").click()
    expect(page.locator("#list-groceries")).to_contain_text("2 open, 1 done")
    page.get_by_role("button", name="Delete the list Food").click()
    expect(page.locator("#list-groceries")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(labels(page)).to_have_text(["Milk", "Bread", "Tea"])
