"""What a person does on the page of a list, in the words of TodoMVC."""

from engines.waiting import eventually


class ListPage:
    """The page of a list in a window."""

    def add(self, *titles):
        for title in titles:
            before = self.count(".todo-list li[id]")
            self.enter(title)
            # A row that the server has stored, and not the one that shows meanwhile.
            eventually(lambda: self.count(".todo-list li[id]") > before, message=f"“{title}” is added")

    def enter(self, title):
        """Enters what is to be added, and waits for nothing."""
        self.fill(".new-todo", title)
        self.press("Enter")

    def labels(self):
        """The titles of all todos in their order, also of those that a filter hides."""
        return self.texts(".todo-list li label")

    def shown(self):
        """The titles of the todos that can be seen."""
        return self.evaluate("return [...document.querySelectorAll('.todo-list li')].filter(row => row.offsetParent)"
                             ".map(row => row.querySelector('label').textContent)")

    def row(self, title):
        """The row of a todo, by a part of its title."""
        return self.find(".todo-list li label", title).around("li")

    def toggle(self, title):
        self.row(title).find(".toggle").click()

    def mark_all(self):
        """Uses the box that marks all, which a label covers."""
        self.click(".toggle-all")

    def is_done(self, title):
        """Whether a todo shows as completed, in its box as in its row."""
        row = self.row(title)
        return row.has_class("completed") and row.find(".toggle").is_checked()

    def completed(self):
        return self.texts(".todo-list li.completed label")

    def destroy(self, title):
        self.row(title).hover()
        self.row(title).find(".destroy").click()

    def begin_edit(self, title):
        """Returns the field in which the todo is edited then."""
        self.row(title).find("label").double_click()
        field = self.find(".todo-list li.editing .edit")
        eventually(field.is_focused, message=f"“{title}” is being edited")
        return field

    def edit(self, title, text):
        self.begin_edit(title).fill(text)
        self.press("Enter")

    def choose(self, filter):
        self.find(".filters a", filter, exact=True).click()

    def offers(self):
        """The messages that offer to undo something."""
        return self.texts("#offers [id^=undo-] span")

    def undo(self, text=None):
        """Takes an offer, or the one with a text in it."""
        self.find("#offers [id^=undo-]", text).find("button", "Undo").click()

    def open_menu(self):
        self.click("details.list-menu summary")

    def presence(self):
        return self.text("#presence")

    def notice(self):
        return self.text("#notice")
