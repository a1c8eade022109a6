// Moves todos by their handles: dragged by mouse, pen or finger, or by the arrow keys. What is to be moved is said by an
// event `move` at the list, with the todo's id and the id of the one it is to stand behind; the server does the rest.
(() => {
  const list = () => document.getElementById('todo-list')
  // The rows that the filter shows.
  const rows = () => [...list().children].filter((row) => row.offsetParent)
  const id = (row) => row && todos.id(row)
  const move = (row, after) => {
    const detail = {id: id(row), after: id(after) ?? null}
    list().dispatchEvent(new CustomEvent('move', {bubbles: true, detail}))
  }

  // MARK: By the arrow keys

  const moveByKey = (row, step) => {
    const shown = rows()
    const place = shown.indexOf(row) + step
    const other = shown[place]
    if (!other) return
    move(row, step > 0 ? other : other.previousElementSibling)
    const title = row.querySelector('label').textContent
    document.getElementById('moved').textContent = `${title} is now ${place + 1} of ${shown.length}`
  }

  document.addEventListener('keydown', (event) => {
    const step = {ArrowUp: -1, ArrowDown: 1}[event.key]
    if (event.key == 'Escape') end()
    if (!step || !event.target.matches('.handle')) return
    event.preventDefault()
    moveByKey(event.target.closest('li'), step)
  })

  // MARK: By dragging

  let dragged // what is being dragged: its `row`, the pointer, and the row that it would stand `after`
  const line = document.createElement('div')
  line.className = 'drop-line'

  // Shows with a line where the row would come to stand. The list may change meanwhile, so nothing in it is touched.
  const dragTo = (y) => {
    const shown = rows()
    dragged.after = shown.findLast((row) => middle(row) < y)
    const edge = dragged.after?.getBoundingClientRect().bottom ?? shown[0].getBoundingClientRect().top
    const {left, width} = list().getBoundingClientRect()
    Object.assign(line.style, {left: `${left}px`, width: `${width}px`, top: `${edge - 1}px`})
    dragged.row.classList.add('dragged')
    document.body.append(line)
  }

  const middle = (row) => {
    const {top, height} = row.getBoundingClientRect()
    return top + height / 2
  }

  const scrollAtEdges = (y) => {
    if (y < 48) scrollBy(0, -12)
    if (y > innerHeight - 48) scrollBy(0, 12)
  }

  const end = () => {
    dragged?.row.classList.remove('dragged')
    line.remove()
    dragged = undefined
  }

  document.addEventListener('pointerdown', (event) => {
    if (event.button != 0 || !event.target.matches('.handle')) return
    dragged = {row: event.target.closest('li'), pointer: event.pointerId}
  })
  document.addEventListener('pointermove', (event) => {
    if (dragged?.pointer != event.pointerId) return
    if (!dragged.row.isConnected) return end()
    scrollAtEdges(event.clientY)
    dragTo(event.clientY)
  })
  document.addEventListener('pointerup', (event) => {
    if (dragged?.pointer != event.pointerId) return
    const {row, after} = dragged
    if (line.isConnected && row.isConnected && after != row) move(row, after)
    end()
  })
  document.addEventListener('pointercancel', end)
})()
