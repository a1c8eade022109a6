"""A list for people with its link, made, used, deleted and brought back on its own page."""

import pytest

from engines import eventually


@pytest.mark.parametrize("script", [True, False])
def test_a_list_for_people_with_its_link(engine, open_window, script):
    if not script and engine.name == "webkit":
        engine.cannot("its driver cannot switch scripts off")
    window = open_window("/", script=script)
    window.click(".unlisted input")
    window.enter("Presents")
    eventually(lambda: window.text("h1"), "Presents")
    window.enter("A kite")
    eventually(window.labels, ["A kite"])
    window.open_menu()
    window.button("Delete this list").click()
    eventually(lambda: window.count("#offers .offer"), 1)
    assert "Presents" in window.text("#offers .offer")
    window.undo()
    eventually(window.labels, ["A kite"])
    window.find("a", "All lists").click()
    eventually(lambda: window.text("h1"), "Todos")
    assert window.count("#lists li") == 0 and window.count("#offers .offer") == 0
