"""What a page says of its connection and of its commands."""

import pytest

from engines import eventually


@pytest.fixture
def window(open_window, relay):
    return open_window(site=relay.url)


def test_a_command_that_cannot_reach_the_server_says_so_and_gives_back_what_was_typed(window, relay):
    window.add("Milk")
    relay.refuse()
    window.enter("Tea")
    eventually(lambda: "The server cannot be reached" in window.notice())
    eventually(lambda: window.value(".new-todo"), "Tea")
    window.toggle("Milk")
    eventually(lambda: "The server cannot be reached" in window.notice())
    eventually(window.row("Milk").find(".toggle").is_checked, False)
    relay.accept()
    window.find(".new-todo").focus()
    window.press("Enter")
    eventually(window.labels, ["Milk", "Tea"])
    eventually(window.notice, "")


def test_a_command_on_what_somebody_has_deleted_says_so(window, relay):
    window.add("Milk")
    relay.rewrite = lambda path: path.replace("/1/toggle", "/99/toggle")
    window.toggle("Milk")
    eventually(lambda: "somebody may have deleted it" in window.notice())


def test_a_command_that_something_on_the_way_has_failed_does_not_claim_that_nothing_was_changed(window, relay):
    relay.failure = 502
    window.enter("Tea")
    eventually(lambda: "Something has failed on the way (status 502)" in window.notice())
    eventually(lambda: window.value(".new-todo"), "Tea")


def test_a_command_under_way_is_shown(window, relay):
    relay.hold_posts()
    assert window.is_hidden("[role=progressbar]")
    window.enter("Tea")
    eventually(lambda: window.is_visible("[role=progressbar]"))
    relay.let_posts_go()
    eventually(lambda: window.is_hidden("[role=progressbar]"))
    eventually(window.labels, ["Tea"])


def test_a_command_whose_answer_is_lost_is_sent_again_by_itself_and_carried_out_once(window, relay):
    relay.loses_answers = True
    window.enter("Tea")
    # Once more than Chromium itself sends a POST where the connection had been used before.
    eventually(lambda: len(relay.posts()) > 2, within=15)
    relay.loses_answers = False
    eventually(lambda: window.is_hidden("[role=progressbar]"), within=15)
    assert window.notice() == ""
    assert window.value(".new-todo") == ""
    assert len({post.headers["idempotency-key"] for post in relay.posts()}) == 1
    window.add("Milk")
    assert window.labels() == ["Tea", "Milk"]
    assert relay.posts()[-1].headers["idempotency-key"] != relay.posts()[0].headers["idempotency-key"]
