"""What a person does on the page of a list, in the words of TodoMVC."""


def add(page, *titles):
    for title in titles:
        page.locator(".new-todo").fill(title)
        page.locator(".new-todo").press("Enter")
        # A row that the server has stored: the one that shows meanwhile is replaced by it, at any moment.
        page.locator(".todo-list li[id]").filter(has_text=title).wait_for(state="attached")


def row(page, title):
    return page.locator(".todo-list li").filter(has=page.locator("label", has_text=title))


def labels(page):
    return page.locator(".todo-list li label")


def begin_edit(page, title):
    row(page, title).locator("label").dblclick()
    return page.locator(".todo-list li.editing .edit")


def open_menu(page):
    page.get_by_text("This list", exact=True).click()


def offers(page):
    """The messages that offer to undo something."""
    return page.locator("#offers .offer")
