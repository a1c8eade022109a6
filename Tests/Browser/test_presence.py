"""How many have a list open is shown to all of them."""

from playwright.sync_api import expect

SOON = 1000  # ms within which a join or a leave is shown


def test_joins_and_leaves_are_shown(tabs):
    one = tabs()
    expect(one.locator("#presence")).to_have_text("1 person here", timeout=SOON)
    two, elsewhere = tabs(), tabs("/lists/work")
    for page in [one, two]:
        expect(page.locator("#presence")).to_have_text("2 people here", timeout=SOON)
    expect(elsewhere.locator("#presence")).to_have_text("1 person here", timeout=SOON)
    two.close()
    expect(one.locator("#presence")).to_have_text("1 person here", timeout=SOON)
