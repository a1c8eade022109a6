// What Datastar's expressions call, where the browser has to act on its own.
const todos = {
  // The id of the todo that an element stands in.
  id: (element) => Number(element.closest('li').id.slice('todo-'.length)),

  // How commands are sent: none ends another one, and one that the network has lost is sent again three times within
  // some two seconds. The server may have had it, so it has a key by which it is carried out once only.
  command: (payload = {}) => ({
    payload,
    headers: {'Idempotency-Key': crypto.getRandomValues(new Uint32Array(4)).join('-')},
    requestCancellation: 'disabled',
    retryInterval: 300,
    retryMaxCount: 4,
  }),

  // MARK: The field that a todo is edited in

  // The id of the todo that is being edited; 0 while none is.
  edited: 0,

  // Shows the field of a todo with its title and the cursor at the end.
  beginEdit(element) {
    const row = element.closest('li')
    const field = row.querySelector('.edit')
    field.value = row.querySelector('label').textContent
    todos.edited = todos.id(row)
    todos.keepEdit()
    field.focus()
  },

  // Shows the field still, after the server's rows, which know nothing of it, have been morphed in.
  keepEdit() {
    const row = document.getElementById(`todo-${todos.edited}`)
    row?.classList.add('editing')
    row?.querySelector('.edit').setAttribute('aria-label', 'Title')
  },

  // Ends the edit of a field that has lost the focus, and answers whether there was one, which is to be kept.
  endsEdit(field) {
    if (!field.matches('.edit') || todos.id(field) != todos.edited) return false
    todos.edited = 0
    field.closest('li').classList.remove('editing')
    return true
  },

  // Ends the edit by a key: Enter keeps it, Escape gives it up. Not while a word is being composed, which one browser
  // tells by the key's code only.
  editByKey(event) {
    const isComposing = event.isComposing || event.keyCode == 229
    if (isComposing || !['Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    const row = event.target.closest('li')
    if (event.key == 'Escape') todos.endsEdit(event.target)
    else event.target.blur()
    requestAnimationFrame(() => row.querySelector('.edit-button').focus())
  },

  // Hands the focus of a row that is about to go to the one after it, or before it, or to the field for a new todo.
  moveFocusOn(button) {
    const row = button.closest('li')
    const beside = [row.nextElementSibling, row.previousElementSibling].find((row) => row?.offsetParent)
    const next = beside?.querySelector('.destroy') ?? document.querySelector('.new-todo')
    next.focus()
  },

  // MARK: Commands under way, and messages

  // Whether an event is of a command, and not of the page's stream.
  isCommand: (event) => !event.detail.el.matches('.banner'),

  // By how much an event changes the number of commands under way.
  begun: (event) => ({started: 1, finished: -1})[event.detail.type] ?? 0,

  // Why a command has failed, for a reader; undefined while it has not. The server has said more, but not to us.
  failure({detail: {type, argsRaw}}) {
    if (type == 'retries-failed') return 'The server cannot be reached. Try again in a moment.'
    if (type != 'error') return undefined
    const status = argsRaw.status
    return {
      404: 'This is not there any more: somebody may have deleted it.',
      413: 'This is too much at once: at most 64 KiB can be sent.',
      429: 'These are too many changes at once. Try again in a moment.',
      503: 'The server cannot store anything now. Try again in a moment.',
    }[status] ?? (status < 500
      ? `The server has refused this (status ${status}), and nothing was changed.`
      : `Something has failed on the way (status ${status}). The page shows what is stored.`)
  },

  // Says in the notice why a command has failed, and takes back what the boxes show already; a new command begins
  // with an empty notice.
  report(event) {
    const reason = todos.failure(event)
    if (!reason && event.detail.type != 'started') return
    const text = document.createElement('p')
    text.textContent = reason ?? ''
    document.getElementById('notice').replaceChildren(...(reason ? [text] : []))
    if (reason) document.querySelectorAll('.main [type=checkbox]').forEach((box) => (box.checked = box.defaultChecked))
  },

  // Takes an offer away after 20 seconds, or later if somebody is about to take it.
  expire(offer) {
    setTimeout(() => (offer.matches(':hover, :focus-within') ? todos.expire(offer) : offer.remove()), 20_000)
  },
}
