"""axe-core finds nothing serious on any page, in either scheme."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from todopage import add, begin_edit, offers, open_menu, row


def serious_findings(page):
    return [
        (finding["id"], [node["html"] for node in finding["nodes"]])
        for finding in Axe().run(page).response["violations"] if finding["impact"] in ("serious", "critical")]


@pytest.fixture(params=["light", "dark"])
def page(request, browser, server):
    context = browser.new_context(color_scheme=request.param)
    page = context.new_page()
    page.goto(server.url + "/lists/groceries")
    yield page
    context.close()


def fill(page):
    add(page, "Milk", "Tea", "Eggs", "Bread")
    row(page, "Tea").locator(".toggle").check()
    expect(row(page, "Tea")).to_have_class("completed")


def test_an_empty_list(page):
    expect(page.locator("#presence")).to_have_text("1 person here")
    assert serious_findings(page) == []


def test_a_full_list_with_its_menu_and_an_offer(page):
    fill(page)
    row(page, "Bread").locator(".destroy").click()
    expect(offers(page)).to_be_visible()
    open_menu(page)
    assert serious_findings(page) == []


def test_an_edit_in_progress(page):
    fill(page)
    begin_edit(page, "Milk").fill("Oat milk")
    assert serious_findings(page) == []


def test_a_refusal_and_a_lost_connection(page, server):
    page.locator(".new-todo").evaluate("field => field.removeAttribute('maxlength')")
    page.locator(".new-todo").fill("x" * 501)
    page.locator(".new-todo").press("Enter")
    expect(page.locator("#notice")).to_contain_text("too long")
    server.stop()
    expect(page.locator(".banner")).to_be_visible()
    assert serious_findings(page) == []


def test_the_index(page, server):
    page.goto(server.url)
    assert serious_findings(page) == []
    page.locator(".new-todo").fill("Groceries")
    page.locator(".new-todo").press("Enter")
    fill(page)
    page.goto(server.url)
    expect(page.locator("#list-groceries")).to_contain_text("3 open, 1 done")
    assert serious_findings(page) == []


def test_what_is_there_without_script(page, browser, server):
    fill(page)
    page.goto(server.url + "/lists/groceries?edit=1")
    assert serious_findings(page) == []
