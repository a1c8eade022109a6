"""Several tabs on one list move together, and what each does alone stays its own."""

import signal

from playwright.sync_api import expect

from todopage import add, begin_edit, labels, open_menu, row

ALIKE = 1000  # ms within which the other tabs show what one does


def test_what_one_tab_does_shows_in_the_other_and_not_on_another_list(tabs):
    one, two, elsewhere = tabs(), tabs(), tabs("/lists/work")
    add(one, "Milk", "Tea")
    expect(labels(two)).to_have_text(["Milk", "Tea"], timeout=ALIKE)
    row(two, "Milk").locator(".toggle").check()
    expect(row(one, "Milk")).to_have_class("completed", timeout=ALIKE)
    expect(one.locator(".todo-count")).to_have_text("1 item left")
    begin_edit(one, "Tea").fill("Green tea")
    one.keyboard.press("Enter")
    expect(labels(two)).to_have_text(["Milk", "Green tea"], timeout=ALIKE)
    row(two, "Milk").hover()
    row(two, "Milk").locator(".destroy").click()
    expect(labels(one)).to_have_text(["Green tea"], timeout=ALIKE)
    expect(labels(elsewhere)).to_have_count(0)


def test_half_typed_text_survives_what_others_do(tabs):
    one, two = tabs(), tabs()
    two.locator(".new-todo").press_sequentially("Half a th")
    add(one, "Milk", "Tea")
    expect(labels(two)).to_have_text(["Milk", "Tea"])
    expect(two.locator(".new-todo")).to_have_value("Half a th")
    expect(two.locator(".new-todo")).to_be_focused()


def test_an_edit_in_progress_survives_what_others_do(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk", "Tea")
    field = begin_edit(two, "Tea")
    field.press_sequentially(" with lemon")
    row(one, "Milk").locator(".toggle").check()
    row(one, "Tea").locator(".toggle").check()
    add(one, "Eggs")
    expect(labels(two)).to_have_count(3)
    expect(field).to_have_value("Tea with lemon")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(labels(one)).to_have_text(["Milk", "Tea with lemon", "Eggs"])


def test_tabs_are_live_again_by_themselves_after_the_server_was_killed(tabs, server):
    one, two = tabs(), tabs()
    add(one, "Milk")
    server.stop(by=signal.SIGKILL)
    expect(one.locator(".banner")).to_be_visible()
    server.start()
    expect(one.locator(".banner")).to_be_hidden(timeout=15000)
    expect(two.locator(".banner")).to_be_hidden(timeout=15000)
    expect(labels(one)).to_have_text(["Milk"])
    add(two, "Tea")
    expect(labels(one)).to_have_text(["Milk", "Tea"])


def test_the_server_ends_cleanly_with_tabs_open(tabs, server):
    tabs(), tabs()
    assert server.stop() == 0


def test_a_list_is_renamed_for_all(tabs):
    one, two, index = tabs(), tabs(), tabs("/")
    add(one, "Milk")
    open_menu(one)
    one.get_by_label("New title").fill("Food & drink")
    one.get_by_role("button", name="Rename").click()
    expect(two.locator("#title")).to_have_text("Food & drink")
    expect(two).to_have_title("Food & drink · Todos")
    expect(index.locator("#list-groceries a")).to_have_text("Food & drink")


def test_a_list_that_is_deleted_tells_those_who_have_it_open(tabs):
    one, two, index = tabs(), tabs(), tabs("/")
    add(one, "Milk")
    open_menu(one)
    one.get_by_role("button", name="Delete this list").click()
    expect(one.locator("h1")).to_have_text("Todos")
    expect(index.locator("#list-groceries")).to_have_count(0)
    expect(two.locator("#offers")).to_contain_text("The list “Groceries” was deleted.")
    expect(two.locator("#empty")).to_contain_text("This list has been deleted.")
    expect(two.locator(".list-menu")).to_be_hidden()
    add(two, "Tea")
    expect(index.locator("#list-groceries")).to_contain_text("1 open, 0 done")


def test_todos_are_imported_for_all(tabs):
    one, two = tabs(), tabs()
    add(one, "Milk")
    open_menu(one)
    one.get_by_label("Add a Markdown checklist").fill("- [x] Bread\n- [ ] Tea")
    one.get_by_role("button", name="Import").click()
    expect(labels(two)).to_have_text(["Milk", "Bread", "Tea"])
    expect(row(two, "Bread")).to_have_class("completed")
    open_menu(one)
    one.get_by_label("Add a Markdown checklist").fill("not a list")
    one.get_by_role("button", name="Import").click()
    expect(one.locator("#notice")).to_contain_text("line 1 is no todo")


def test_the_index_follows_the_lists(tabs):
    index, one = tabs("/"), tabs()
    add(one, "Milk", "Tea")
    row(one, "Tea").locator(".toggle").check()
    expect(index.locator("#list-groceries")).to_contain_text("1 open, 1 done")


def test_hostile_titles_stay_text_in_the_list_and_in_the_edit_field(tabs):
    one, two = tabs(), tabs()
    for title in ["<img src=x onerror=document.title='hacked'>", "\"quotes\" & 'more'", "{{title}} {{{x}}}", "${1+1} $_editing @post('/')"]:
        add(one, title)
        expect(labels(two).last).to_have_text(title)
        expect(begin_edit(two, title)).to_have_value(title)
        two.keyboard.press("Escape")
        expect(two.locator("li.editing")).to_have_count(0)
    assert one.title() == two.title() == "Groceries · Todos"
