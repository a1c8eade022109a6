// The field that a todo is edited in, one at a time, and only meanwhile. The rows that the server sends know nothing of it.
const editing = (() => {
  // The edit in progress: its `row` and `field`, and the `title` that it began with.
  let edit

  // Shows the field of a row with its title, or with what has been typed before, and the cursor at the end.
  const begin = (element, typed) => {
    finish()
    const row = todos.rowOf(element)
    const field = document.getElementById('edit-field').content.firstElementChild.cloneNode()
    const title = todos.label(row).textContent
    field.value = typed ?? title
    edit = {row, field, title}
    row.append(field)
    show()
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
    tell(todos.id(row))
  }

  // Has the others told which todo is being edited here, or with `null` that none is.
  const tell = (id) =>
    document.getElementById('todo-list').dispatchEvent(new CustomEvent('editing', {bubbles: true, detail: id}))

  const show = () => {
    edit.row.classList.add('editing')
    fit(edit.field)
  }

  // Makes the field as high as its text.
  const fit = (field) => {
    if (field != edit?.field) return
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`
  }

  const end = () => {
    const {row, field, title} = edit
    edit = undefined
    row.classList.remove('editing')
    field.remove()
    tell(null)
    return {row, title, text: field.value}
  }

  // Has what was typed stored, unless nothing was: the title may be another one by now.
  const save = ({row, title, text}) => {
    if (todos.tidy(text) == title) return
    row.dispatchEvent(new CustomEvent('save', {bubbles: true, detail: {row, id: todos.id(row), title: text}}))
  }

  const finish = () => edit && save(end())

  // Enter keeps what was typed and Escape gives it up; not while a word is being composed, which one browser tells by
  // the key's code only.
  const key = (event) => {
    const isComposing = event.isComposing || event.keyCode == 229
    if (event.target != edit?.field || isComposing || !['Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    const ended = end()
    ended.row.querySelector('.edit-button').focus()
    if (event.key == 'Enter') save(ended)
  }

  // MARK: Leaving the field

  // An edit that is left by a press goes on until the press is over: its row may have another height without it, and the
  // click would miss what was pressed.
  let isPressed = false

  // Not where a row is moved about, and not with the window.
  const leave = ({target}) => target == edit?.field && !overlay.isChanging() && !isPressed && finishLeft()
  const finishLeft = () => document.activeElement != edit?.field && finish()

  const release = () => {
    isPressed = false
    finishLeft()
  }
  addEventListener('mousedown', ({button}) => (isPressed = button == 0), true)
  // The edit is to be stored before what the click does.
  addEventListener('click', release, true)
  for (const type of ['mouseup', 'dragend']) addEventListener(type, () => setTimeout(release), true)
  document.addEventListener('leaving', finish)

  // MARK: What becomes of it

  // As TodoMVC has it, a todo that is edited to nothing is deleted.
  const saving = ({row, title}) => ({
    preview: todos.tidy(title) ? previews.text(todos.label(row), todos.tidy(title), row.id) : previews.hide(row.id),
    failed: (command) => goOn(row, title, command),
  })

  // Goes on with an edit that could not be stored, unless something else is being typed.
  const goOn = (row, text, command) => {
    const isTyping = edit || document.activeElement.matches('textarea, input:not([type])')
    if (!row.isConnected) offerAnew(text)
    else if (isTyping) unsaved.add(text, command)
    else begin(row, text)
  }

  // The text of a row that is gone can be added as another one.
  const offerAnew = (text) => {
    notice.say('Somebody has deleted the todo that you were editing. Your text can be added as a new one.')
    todos.giveBack({address: document.querySelector('.new').getAttribute('action'), payload: {newTodo: text}})
  }

  // The row as the server sends it is given the field, too: so the one that is being typed in is left alone.
  document.addEventListener('patching', ({detail: patch}) => {
    if (!edit) return
    edit.row.classList.remove('editing')
    const content = new RegExp(`<li id="${edit.row.id}"[^]*?(?=</li>)`)
    patch.elements = patch.elements?.replace(content, `$&${document.getElementById('edit-field').innerHTML}`)
  })

  // After the server's rows have been patched in. A title that nobody has touched follows the others.
  document.addEventListener('patched', () => {
    if (!edit) return
    const {row, field, title} = edit
    const isTouched = field.value != title
    if (!row.isConnected) {
      end()
      if (isTouched) offerAnew(field.value)
      return
    }
    edit.title = todos.label(row).textContent
    if (!isTouched && field.value != edit.title) field.value = edit.title
    show()
  })

  return {begin, fit, leave, key, saving}
})()
