// What the page's expressions call for todos and their list, where the browser has to act on its own.
const todos = (() => {
  const field = () => document.querySelector('.new-todo')
  const rowOf = (element) => element.closest('li')
  const id = (element) => Number(rowOf(element).id.slice('todo-'.length))
  const label = (row) => row.querySelector('label')

  // As the server tidies a title: each run of line breaks and tabs is a space.
  const tidy = (text) => text.replace(/[\r\n\t]+/g, ' ').trim()

  // What has been typed for a command that has failed goes back to where it came from; where something else has been
  // typed meanwhile, it is kept beside.
  const giveBack = (command) => {
    if (field().value.trim()) return unsaved.add(command.payload.newTodo, command)
    field().value = command.payload.newTodo
    field().dispatchEvent(new Event('input', {bubbles: true}))
  }

  const adding = (title) => ({preview: previews.add(tidy(title)), failed: giveBack})
  const toggling = (box) => ({preview: previews.toggle(rowOf(box).id, box.checked)})
  const togglingAll = (box) => ({preview: previews.toggleAll(box, box.checked)})

  const deleting = (button) => ({preview: previews.hide(rowOf(button).id)})
  const moving = ({id, after}) => ({preview: previews.move(`todo-${id}`, after ? `todo-${after}` : undefined)})

  const renaming = (form) => ({
    preview: previews.text(document.getElementById('title'), tidy(form.elements.name.value)),
    done: closing(form, form.elements.name),
  })
  const importing = (form) => ({done: closing(form, form.elements.text)})

  // A form of the menu keeps what was typed until that is stored, and what has been typed since.
  const closing = (form, {value: sent, name}) => () => form.elements[name].value == sent && menu.close(form)

  // Takes an offer away after 20 seconds, or later if somebody is about to take it.
  const expire = (offer) => {
    const isNeeded = () => offer.matches(':hover, :focus-within')
    setTimeout(() => (isNeeded() ? expire(offer) : offer.remove()), 20_000)
  }
  // A page whose line was cut may be made an offer again.
  const offer = (element) => {
    for (const same of document.querySelectorAll(`[id="${element.id}"]`)) if (same != element) same.remove()
    expire(element)
  }
  const dismiss = (button) => focus.keep(() => button.closest('.offer').remove())

  // A click by which a link is followed here, and not in another tab.
  const isPlain = (click) => !(click.ctrlKey || click.metaKey || click.shiftKey || click.altKey)

  // A browser shows boxes as they were when a page was left, and not as it has got them now.
  addEventListener('pageshow', () => {
    for (const box of document.querySelectorAll('.main [type=checkbox]')) box.checked = box.defaultChecked
  })

  return {
    id, label, rowOf, tidy, giveBack, offer, dismiss, isPlain,
    adding, toggling, togglingAll, deleting, moving, renaming, importing,
  }
})()
