"""Offers come and go by the clock."""

from playwright.sync_api import expect

from todopage import add, offers, row


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
