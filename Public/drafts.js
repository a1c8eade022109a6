// Keeps what has been typed and not been stored: in the page until it is sent again or given up, and in the browser for
// when the page is loaded again or come back to.

// Texts that could not be stored and that no field has room for, each with a button that sends it again.
const unsaved = (() => {
  const items = () => [...document.getElementById('unsaved').children]
  const commandOf = new WeakMap()

  const sendAgain = (item, text) => {
    const {address, payload, key} = commandOf.get(item)
    remove(item)
    commands.send(address, payload, {key, failed: (command) => add(text, command)})
  }

  const remove = (item) => focus.keep(() => item.remove())

  const add = (text, {address, payload, key}) => {
    const item = document.getElementById('unsaved-text').content.firstElementChild.cloneNode(true)
    commandOf.set(item, {address, payload, key})
    item.querySelector('bdi').textContent = text
    item.querySelector('.again').onclick = () => sendAgain(item, text)
    item.querySelector('.dismiss').onclick = () => remove(item)
    document.getElementById('unsaved').append(item)
  }

  return {
    add,
    // Every text with its command.
    all: () => items().map((item) => [item.querySelector('bdi').textContent, commandOf.get(item)]),
  }
})()

;(() => {
  const place = `drafts:${location.pathname}`
  const fields = () => [...document.querySelectorAll('.new-todo, .list-menu textarea, .list-menu [name=name]')]
  const sent = new WeakSet() // forms that the browser sends by itself, and goes to the next page with

  document.addEventListener('submit', (event) => event.defaultPrevented || sent.add(event.target))

  addEventListener('pagehide', () => {
    const typed = fields().filter((field) => field.value != field.defaultValue && !sent.has(field.form))
    const kept = {typed: typed.map((field) => [field.name, field.value]), unsaved: unsaved.all()}
    sessionStorage.setItem(place, JSON.stringify(kept))
  })

  const restore = (name, value) => {
    const field = fields().find((field) => field.name == name)
    if (!field) return
    field.value = value
    field.dispatchEvent(new Event('input', {bubbles: true}))
    const menu = field.closest('details')
    if (menu) menu.open = true
  }

  const drafts = () => JSON.parse(sessionStorage.getItem(place)) ?? {typed: [], unsaved: []}
  const restoreTyped = () => drafts().typed.forEach(([name, value]) => restore(name, value))

  document.addEventListener('DOMContentLoaded', () => {
    restoreTyped()
    for (const [text, command] of drafts().unsaved) unsaved.add(text, command)
  })
  // A browser may empty the fields of a page that it has kept, some time after it has shown it; not after somebody has
  // begun to do something with them.
  const pauses = [0, 100, 300, 1_000]
  addEventListener('pageshow', ({persisted}) => {
    if (!persisted) return
    const timers = pauses.map((pause) => setTimeout(restoreTyped, pause))
    const end = () => timers.forEach(clearTimeout)
    for (const type of ['keydown', 'pointerdown']) addEventListener(type, end, {capture: true, once: true})
  })
})()
