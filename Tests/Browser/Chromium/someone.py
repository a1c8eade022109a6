"""Somebody who is in the middle of something while others change the list."""

from playwright.sync_api import expect

from engines import eventually
from todopage import open_menu

# Where the focus is, what is typed there, and the caret.
FOCUS = """() => {
  const it = document.activeElement;
  return [it.className || it.name, it.closest('li')?.id, it.value, it.selectionStart, it.selectionEnd];
}"""
# What has been typed and has lost its field.
KEPT = """() => [document.querySelector('.new-todo').value,
  ...[...document.querySelectorAll('#unsaved bdi')].map((text) => text.textContent)]"""
MIDDLE = 4  # where the caret stands


class Someone:
    """Begins one thing after the other on the page of a list, and looks later whether it is as it was."""

    def __init__(self, page, changes, name):
        self.page, self.changes, self.name = page, changes, name
        self.doing = [Edit, NewTodo, Handle, Import, Clicks, Rename]
        # What is clicked before the scripts run is sent as a form.
        expect(page.locator("#presence")).to_contain_text("here")

    def begin(self, number):
        """Begins something; in two of three rounds nobody deletes what it is done to."""
        todos = [todo["id"] for todo in self.changes.servers[0].exported(self.name)]
        todo = self.changes.random.choice(todos) if todos else None
        kind = self.doing[number % len(self.doing)] if todo else NewTodo
        is_spared = todo and number % 9 < 6
        self.changes.spared = {todo} if is_spared else set()
        self.thing = kind(self.page, todo, is_spared)
        self.thing.begin(f"half a thought {number}")

    def finish(self):
        """Looks whether it is as it was, and comes to an end with it."""
        self.thing.look()
        self.thing.end()
        self.changes.spared = set()
        # All is stored then.
        expect(self.page.locator(".progress")).to_be_hidden(timeout=15_000)


class Thing:
    """Something that is begun, is under way while others change the list, and is ended."""

    def __init__(self, page, todo, is_spared):
        self.page, self.is_spared = page, is_spared
        self.row = page.locator(f"#todo-{todo}")
        if todo:
            self.row.wait_for(state="attached")

    def type(self, field, text):
        """Types a text, and puts the caret into its middle."""
        self.text = text
        field.fill(text)
        self.page.keyboard.press("Home")
        for _ in range(MIDDLE):
            self.page.keyboard.press("ArrowRight")
        self.was = self.focus()
        assert self.was[2:] == [text, MIDDLE, MIDDLE]

    def focus(self):
        return self.page.evaluate(FOCUS)

    def look(self):
        focus = self.focus()
        assert focus == self.was, f"{type(self).__name__}: {focus} and not {self.was}"


class Edit(Thing):
    def begin(self, text):
        self.row.hover()
        self.row.locator(".edit-button").click()
        self.type(self.page.locator(".editing .edit"), text)

    def look(self):
        self.goes_on = self.focus() == self.was
        if self.is_spared:
            super().look()
        elif not self.goes_on:
            assert self.text in self.page.evaluate(KEPT)

    def end(self):
        if self.goes_on:
            self.page.keyboard.press("Enter")
            expect(self.page.locator(".editing")).to_have_count(0)
        else:
            self.page.locator(".new-todo").fill("")


class NewTodo(Thing):
    def begin(self, text):
        self.type(self.page.locator(".new-todo"), text)

    def end(self):
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".new-todo")).to_have_value("")


class Handle(Thing):
    """A row that is about to be moved by the arrow keys."""

    def begin(self, _):
        self.row.locator(".handle").focus()
        self.was = self.focus()

    def look(self):
        if self.is_spared:
            super().look()
        else:
            assert self.focus()[0] in ["handle", "new-todo"]

    def end(self):
        if self.is_spared:
            self.page.keyboard.press("ArrowDown")


class InMenu(Thing):
    """What is typed into the open menu, which is not there for as long as the list is deleted."""

    def begin(self, text):
        # It may have been deleted by the round before.
        self.page.locator(".list-menu").wait_for()
        open_menu(self.page)
        self.field = self.page.locator(self.css)
        self.type(self.field, text)

    def look(self):
        if self.is_spared:
            super().look()
        else:
            assert self.field.input_value() == self.text

    def end(self):
        if self.page.locator(".list-menu").is_visible():
            self.page.get_by_role("button", name=type(self).__name__).click()
            # What is typed is refused where the list is deleted now.
            eventually(lambda: self.page.locator(".progress").is_hidden())
        if self.page.locator(".list-menu[open]").count():
            self.field.evaluate("(field) => menu.close(field.form)")


class Import(InMenu):
    css = ".list-menu textarea"

    def begin(self, text):
        super().begin(f"- [ ] {text}")


class Rename(InMenu):
    css = ".list-menu [name=name]"


class Clicks(Thing):
    """Commands that are on their way while those of others come."""

    def begin(self, text):
        self.page.locator(".new-todo").fill(text)
        self.page.keyboard.press("Enter")
        rows = self.page.locator(".todo-list li[id]")
        for place in range(min(4, rows.count())):
            rows.nth(place).locator(".toggle").click()
        self.row.hover()
        self.row.locator(".destroy").click()
        self.page.locator(".toggle-all").click()

    def look(self):
        pass

    def end(self):
        pass
