// Moves todos by their handles: dragged by mouse, pen or finger, or by the arrow keys. What is to be moved is said by an
// event `move` at the list, with the todo's id and the id of the one it is to stand behind.
;(() => {
  const list = () => document.getElementById('todo-list')
  // The rows that the filter shows and the server has.
  const rows = () => [...list().children].filter((row) => row.id && row.offsetParent)
  const id = (row) => row && todos.id(row)
  const move = (row, after) => {
    const detail = {id: id(row), after: id(after) ?? null}
    list().dispatchEvent(new CustomEvent('move', {bubbles: true, detail}))
  }

  // MARK: By the arrow keys

  // A row moves from where it is shown, which is where it is going to be.
  const moveByKey = (row, step) => {
    const shown = rows()
    const place = shown.indexOf(row) + step
    const other = shown[place]
    if (!other) return
    move(row, step > 0 ? other : other.previousElementSibling)
    const title = document.createElement('bdi')
    title.textContent = todos.label(row).textContent
    document.getElementById('moved').replaceChildren(title, ` is now ${place + 1} of ${shown.length}`)
  }

  document.addEventListener('keydown', (event) => {
    const step = {ArrowUp: -1, ArrowDown: 1}[event.key]
    if (event.key == 'Escape') end()
    if (!step || !event.target.matches('.handle')) return
    event.preventDefault()
    moveByKey(event.target.closest('li'), step)
  })

  // MARK: By dragging

  let dragged // what is being dragged: its `row`, the pointer and its height `y`, and the row that it would stand `after`
  const line = document.createElement('div')
  line.className = 'drop-line'

  // Shows with a line where the row would come to stand. The list may change meanwhile, so nothing in it is touched.
  const showPlace = () => {
    if (!dragged.row.isConnected) return end()
    const shown = rows()
    dragged.after = shown.findLast((row) => middle(row) < dragged.y)
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

  // Scrolls for as long as the pointer is held at an edge of the window, the faster the nearer, and as fast where the
  // browser draws seldom.
  const margin = 64
  let drawnAt
  const scroll = (now) => {
    if (!dragged) return
    const beyond = Math.min(0, dragged.y - margin) + Math.max(0, dragged.y - innerHeight + margin)
    if (line.isConnected && beyond) scrollBy(0, (beyond * Math.min(now - drawnAt, 200)) / 64)
    drawnAt = now
    requestAnimationFrame(scroll)
  }

  const end = () => {
    dragged?.row.classList.remove('dragged')
    line.remove()
    dragged = undefined
  }

  document.addEventListener('pointerdown', (event) => {
    if (event.button != 0 || !event.target.matches('.handle') || !event.target.closest('li').id) return
    dragged = {row: event.target.closest('li'), pointer: event.pointerId, y: event.clientY}
    drawnAt = performance.now()
    requestAnimationFrame(scroll)
  })
  document.addEventListener('pointermove', (event) => {
    if (dragged?.pointer != event.pointerId) return
    dragged.y = event.clientY
    showPlace()
  })
  // The rows move under the pointer by the wheel, at an edge of the window, or because others have changed the list.
  const follow = () => line.isConnected && showPlace()
  addEventListener('scroll', follow)
  document.addEventListener('patched', follow)
  document.addEventListener('pointerup', (event) => {
    if (dragged?.pointer != event.pointerId) return
    const {row, after} = dragged
    if (line.isConnected && after != row) move(row, after)
    end()
  })
  document.addEventListener('pointercancel', end)
})()
