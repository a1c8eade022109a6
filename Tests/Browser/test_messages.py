"""What a page says of its connection and of its commands."""

from playwright.sync_api import expect

from cutter import Cutter
from todopage import add, labels, row


def test_a_command_that_cannot_reach_the_server_says_so_and_gives_back_what_was_typed(tabs):
    page = tabs()
    add(page, "Milk")
    page.route("**/todos/**", lambda route: route.abort())
    page.locator(".new-todo").fill("Tea")
    page.locator(".new-todo").press("Enter")
    expect(page.locator("#notice")).to_contain_text("The server cannot be reached")
    expect(page.locator(".new-todo")).to_have_value("Tea")
    row(page, "Milk").locator(".toggle").click()
    expect(page.locator("#notice")).to_contain_text("The server cannot be reached")
    expect(row(page, "Milk").locator(".toggle")).not_to_be_checked()
    page.unroute("**/todos/**")
    page.locator(".new-todo").press("Enter")
    expect(labels(page)).to_have_text(["Milk", "Tea"])
    expect(page.locator("#notice")).to_be_empty()


def test_a_command_on_what_somebody_has_deleted_says_so(tabs):
    page = tabs()
    add(page, "Milk")
    page.route("**/toggle", lambda route: route.continue_(url=route.request.url.replace("/1/", "/99/")))
    row(page, "Milk").locator(".toggle").click()
    expect(page.locator("#notice")).to_contain_text("somebody may have deleted it")


def test_a_command_that_something_on_the_way_has_failed_does_not_claim_that_nothing_was_changed(tabs):
    page = tabs()
    page.route("**/todos/**", lambda route: route.fulfill(status=502))
    page.locator(".new-todo").fill("Tea")
    page.locator(".new-todo").press("Enter")
    expect(page.locator("#notice")).to_contain_text("Something has failed on the way (status 502)")
    expect(page.locator(".new-todo")).to_have_value("Tea")


def test_a_command_under_way_is_shown(tabs):
    page = tabs()
    held = []
    page.route("**/todos/**", lambda route: held.append(route))
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.locator(".new-todo").fill("Tea")
    page.locator(".new-todo").press("Enter")
    expect(page.get_by_role("progressbar")).to_have_count(1)
    held[0].continue_()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(labels(page)).to_have_text(["Tea"])


def test_a_command_whose_answer_is_lost_is_sent_again_by_itself_and_carried_out_once(tabs, server):
    page = tabs()
    keys = []
    with Cutter(server.port) as network:
        page.goto(f"{network.url}/lists/groceries")
        page.on("request", lambda request: request.method == "POST" and keys.append(request.headers["idempotency-key"]))
        # Only when the page hears of it: Chromium itself sends a POST again where the connection had been used before.
        page.on("requestfailed", lambda _: setattr(network, "is_cutting", False))
        page.locator(".new-todo").fill("Tea")
        page.locator(".new-todo").press("Enter")
        expect(page.get_by_role("progressbar")).to_have_count(0, timeout=15000)
        expect(page.locator("#notice")).to_be_empty()
        expect(page.locator(".new-todo")).to_have_value("")
        assert len(keys) > 1 and len(set(keys)) == 1
        add(page, "Milk")
        expect(labels(page)).to_have_text(["Tea", "Milk"])
        assert keys[-1] != keys[0]
