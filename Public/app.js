// What Datastar's expressions call, where the browser has to act on its own: the field that a todo is edited in.
const todos = {
  // The id of the todo that an element stands in.
  id: (element) => Number(element.closest('li').id.slice('todo-'.length)),

  // Shows the field of a todo with its title and the cursor at the end, and answers the todo's id.
  beginEdit(element) {
    const row = element.closest('li')
    const field = row.querySelector('.edit')
    field.value = row.querySelector('label').textContent
    row.classList.add('editing')
    field.focus()
    return todos.id(row)
  },

  // Ends the edit by its keys, and answers whether it was given up: Enter keeps it by leaving the field, but not while
  // a word is being composed.
  endsEdit(event) {
    if (event.key != 'Escape' && (event.key != 'Enter' || event.isComposing)) return false
    event.preventDefault()
    if (event.key == 'Enter') event.target.blur()
    const button = event.target.closest('li').querySelector('.edit-button')
    requestAnimationFrame(() => button.focus())
    return event.key == 'Escape'
  },
}
