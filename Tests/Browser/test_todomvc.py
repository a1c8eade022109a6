"""TodoMVC's behaviour, under the headings of its specification."""

from engines import eventually


def test_no_todos(open_window):
    window = open_window()
    assert window.is_hidden(".main") and window.is_hidden(".footer")
    assert window.is_visible("#empty")
    window.add("Milk")
    eventually(lambda: window.is_visible(".main") and window.is_visible(".footer"))


def test_new_todo(open_window):
    window = open_window()
    eventually(window.focused, "input.new-todo")
    window.add("  Milk  ")
    assert window.labels() == ["Milk"]
    assert window.value(".new-todo") == ""
    assert window.focused() == "input.new-todo"
    window.enter("   ")
    window.add("Tea")
    assert window.labels() == ["Milk", "Tea"]


def test_new_todo_that_is_refused_is_put_back_with_the_reason(open_window):
    window = open_window()
    window.evaluate("document.querySelector('.new-todo').removeAttribute('maxlength')")
    window.enter("x" * 501)
    eventually(window.notice, "the title is too long: write at most 500 characters")
    eventually(lambda: window.value(".new-todo"), "x" * 501)
    assert window.labels() == []


def test_mark_all_as_complete(open_window):
    window = open_window()
    window.add("Milk", "Tea")
    all = window.find(".toggle-all")
    window.mark_all()
    eventually(window.completed, ["Milk", "Tea"])
    window.toggle("Milk")
    eventually(window.completed, ["Tea"])
    eventually(all.is_checked, False)
    window.toggle("Milk")
    eventually(all.is_checked)
    window.mark_all()
    eventually(window.completed, [])


def test_item(open_window):
    window = open_window()
    window.add("Milk", "Tea")
    window.toggle("Milk")
    eventually(lambda: window.is_done("Milk"))
    window.toggle("Milk")
    eventually(window.completed, [])
    window.destroy("Milk")
    eventually(window.labels, ["Tea"])


def test_editing(open_window):
    window = open_window()
    window.add("Milk", "Tea")
    field = window.begin_edit("Milk")
    assert field.value() == "Milk"
    assert window.row("Milk").find(".toggle").is_hidden()
    field.fill("  Oat milk ")
    window.press("Enter")
    eventually(window.labels, ["Oat milk", "Tea"])
    eventually(lambda: window.count("li.editing"), 0)
    window.begin_edit("Oat milk").fill("by blur")
    window.click(".new-todo")
    eventually(window.labels, ["by blur", "Tea"])
    window.begin_edit("by blur").fill("given up")
    window.press("Escape")
    eventually(lambda: window.count("li.editing"), 0)
    assert window.labels() == ["by blur", "Tea"]
    window.begin_edit("by blur").fill(" ")
    window.press("Enter")
    eventually(window.labels, ["Tea"])


def test_editing_is_not_ended_by_the_keys_of_a_composition(open_window):
    window = open_window()
    window.add("Milk")
    field = window.begin_edit("Milk")
    for key in ["Enter", "Escape"]:
        for how in [{"isComposing": True}, {"keyCode": 229}]:
            event = {"key": key, "bubbles": True, **how}
            field.read("it.dispatchEvent(new KeyboardEvent('keydown', arguments[1]))", event)
    assert field.is_focused()
    assert window.count("li.editing") == 1


def test_editing_by_keyboard_alone(open_window):
    window = open_window()
    window.add("Milk")
    window.find(".edit-button").focus()
    window.press("Enter")
    eventually(window.focused, "textarea.edit")
    window.press("!", "Enter")
    eventually(window.labels, ["Milk!"])
    eventually(window.focused, "button.edit-button")


def test_counter(open_window):
    window = open_window()
    for title, text in [("1", "1 item left"), ("2", "2 items left")]:
        window.add(title)
        eventually(lambda: window.text(".todo-count"), text)
    window.mark_all()
    eventually(lambda: window.text(".todo-count"), "0 items left")
    assert window.text(".todo-count strong") == "0"


def test_clear_completed_button(open_window):
    window = open_window()
    window.add("Milk", "Tea")
    assert window.is_hidden(".clear-completed")
    window.toggle("Milk")
    window.click(".clear-completed")
    eventually(window.labels, ["Tea"])
    eventually(lambda: window.is_hidden(".clear-completed"))


def test_persistence(open_window, server):
    window = open_window()
    window.add("Milk", "Tea")
    window.toggle("Milk")
    eventually(window.completed, ["Milk"])
    server.stop()
    server.start()
    window.reload()
    assert window.labels() == ["Milk", "Tea"]
    assert window.is_done("Milk")
    assert window.count("li.editing") == 0


def test_routing(open_window):
    window = open_window()

    def filter():
        return window.text(".filters .selected")

    window.add("Milk", "Tea")
    window.toggle("Milk")
    eventually(window.completed, ["Milk"])
    assert filter() == "All"
    window.choose("Active")
    eventually(window.shown, ["Tea"])
    window.choose("Completed")
    eventually(window.shown, ["Milk"])
    eventually(filter, "Completed")
    window.back()
    eventually(filter, "Active")
    eventually(window.shown, ["Tea"])
    window.reload()
    eventually(filter, "Active")
    eventually(window.shown, ["Tea"])
