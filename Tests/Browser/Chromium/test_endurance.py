"""Three tabs each do something of their own while a fourth changes their list 200 times."""

import random

import pytest
from playwright.sync_api import expect

from todopage import add, begin_edit, labels


def test_four_tabs(tabs, server):
    editor, filterer, typist, changer = (tabs() for _ in range(4))
    add(changer, *(f"todo {number:02}" for number in range(30)))
    for page in [editor, filterer, typist]:
        expect(labels(page)).to_have_count(30)

    field = begin_edit(editor, "todo 10")
    field.fill("todo 10, half")
    filterer.get_by_role("link", name="Active", exact=True).click()
    filterer.evaluate("scrollTo(0, 400)")
    typist.locator(".new-todo").press_sequentially("Half a th")
    kept_in_view = in_view(filterer)

    change(changer, server, times=200, spared={"todo 10", *kept_in_view})

    expect(field).to_be_focused()
    expect(field).to_have_value("todo 10, half")
    expect(typist.locator(".new-todo")).to_be_focused()
    expect(typist.locator(".new-todo")).to_have_value("Half a th")
    expect(filterer.locator(".filters .selected")).to_have_text("Active")
    field.press("Enter")
    expect(labels(changer).filter(has_text="todo 10, half")).to_have_count(1)

    stored = [(todo["title"], todo["completed"]) for todo in exported(changer, server)]
    for page in [editor, filterer, typist, changer]:
        expect(labels(page)).to_have_text([title for title, _ in stored])
        assert page.locator(".toggle").evaluate_all("boxes => boxes.map((box) => box.checked)") == [
            completed for _, completed in stored]
    # What the reader had in view is where it was on the screen, to the pixel.
    kept_in_view["todo 10, half"] = kept_in_view.pop("todo 10")
    assert in_view(filterer) == pytest.approx(kept_in_view, abs=1)


def in_view(page):
    """The titles that are on the screen, with their places; the browser holds on to the first of them."""
    places = labels(page).locator("visible=true").evaluate_all(
        "labels => labels.map((label) => [label.textContent, label.getBoundingClientRect().y])")
    return {title: y for title, y in places if -60 < y < 720}


def exported(page, server):
    return page.request.get(server.url + "/lists/groceries.json").json()["todos"]


def change(page, server, times, spared):
    """Adds, toggles, deletes and moves at random, by the page's own addresses; not what is spared."""
    random.seed(7)
    headers = {"Datastar-Request": "true"}
    for number in range(times):
        todos = [todo for todo in exported(page, server) if todo["title"] not in spared]
        todo, other = random.choice(todos), random.choice(todos)
        address = f"{server.url}/todos/groceries/{todo['id']}"
        command = random.choice(["add", "toggle", "delete", "move"])
        if command == "add" or (command == "delete" and len(todos) < 8):
            response = page.request.post(
                f"{server.url}/todos/groceries", data={"newTodo": f"new {number}"}, headers=headers)
        elif command == "move":
            response = page.request.post(f"{address}/move", data={"after": other["id"]}, headers=headers)
        else:
            response = page.request.post(f"{address}/{command}", data={}, headers=headers)
        assert response.ok
