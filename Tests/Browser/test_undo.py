"""What is deleted can be brought back, by any tab that saw it go."""

from playwright.sync_api import expect

from todopage import add, labels, offers, open_menu, row


def test_a_todo_comes_back_in_its_place_with_its_id(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    id = row(two, "Tea").get_attribute("id")
    row(one, "Tea").locator(".destroy").click()
    expect(labels(two)).to_have_text(["Milk", "Eggs"])
    expect(offers(two)).to_contain_text("“Tea” deleted.")
    two.get_by_role("button", name="Undo").click()
    for page in [one, two]:
        expect(labels(page)).to_have_text(["Milk", "Tea", "Eggs"])
        expect(row(page, "Tea")).to_have_attribute("id", id)
        expect(offers(page)).to_have_count(0)


def test_what_was_cleared_comes_back(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    for title in ["Milk", "Eggs"]:
        row(one, title).locator(".toggle").check()
    one.locator(".clear-completed").click()
    expect(labels(two)).to_have_text(["Tea"])
    expect(offers(two)).to_contain_text("2 completed todos deleted.")
    two.get_by_role("button", name="Undo").click()
    expect(labels(one)).to_have_text(["Milk", "Tea", "Eggs"])
    expect(one.locator("li.completed")).to_have_count(2)


def test_a_list_comes_back_from_its_own_page_and_from_the_index(tabs):
    one, index = tabs(), tabs("/")
    add(one, "Milk")
    for page in [one, index]:
        expect(index.locator("#list-groceries")).to_have_count(1)
        index.get_by_role("button", name="Delete the list Groceries").click()
        expect(labels(one)).to_have_count(0)
        expect(index.locator("#list-groceries")).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(labels(one)).to_have_text(["Milk"])
        expect(offers(one)).to_have_count(0)
        expect(offers(index)).to_have_count(0)


def test_every_deletion_has_an_offer_of_its_own(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea", "Eggs")
    for title in ["Milk", "Eggs"]:
        row(one, title).locator(".destroy").click()
        expect(row(one, title)).to_have_count(0)
    expect(offers(two)).to_have_count(2)
    offers(two).filter(has_text="Milk").get_by_role("button", name="Undo").click()
    expect(labels(one)).to_have_text(["Milk", "Tea"])
    expect(offers(one)).to_have_count(1)
    offers(one).get_by_role("button", name="Dismiss").click()
    expect(offers(one)).to_have_count(0)
    expect(offers(two)).to_have_count(1)


def test_an_offer_stays_ten_seconds_and_goes_by_itself(browser, server):
    page = browser.new_context().new_page()
    page.clock.install()
    page.goto(server.url + "/lists/groceries")
    add(page, "Milk")
    row(page, "Milk").locator(".destroy").click()
    expect(offers(page)).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(10_000)
    expect(offers(page)).to_be_visible()
    page.clock.run_for(15_000)
    expect(offers(page)).to_have_count(0)
    page.context.close()


def test_an_undo_that_comes_too_late_says_so(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk")
    row(one, "Milk").locator(".destroy").click()
    expect(offers(two)).to_have_count(1)
    two.route("**/undo/*", lambda route: route.continue_(url=route.request.url + "999"))
    two.get_by_role("button", name="Undo").click()
    expect(two.locator("#notice")).to_contain_text("This is not there any more")
