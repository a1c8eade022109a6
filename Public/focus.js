// Keeps the focus where it is while rows change, move and go: some browsers drop it from an element that is moved, and
// all from one that goes.
const focus = (() => {
  const isShown = (element) => element?.isConnected && element.checkVisibility()

  // What has the focus, with the caret, and the rows around its own.
  const note = () => {
    const element = document.activeElement
    if (!element || element == document.body) return undefined
    const row = element.closest('.todo-list > li, .lists li, .offer, #unsaved li')
    const {selectionStart: start, selectionEnd: end} = element
    const moves = new MutationObserver(() => {})
    if (row) moves.observe(row.parentElement, {childList: true})
    return {element, start, end, row, next: row?.nextElementSibling, previous: row?.previousElementSibling, moves}
  }

  // Gives it back. Whether an element that has it still is shown is looked at when the page is drawn: to know it at once
  // the page would have to be laid out once more. Not so where its row has moved: Firefox gives keys to the body until
  // that is done.
  const restore = (was) => {
    if (!was) return
    const isKept = !hasMoved(was) && document.activeElement == was.element
    if (isKept) requestAnimationFrame(() => giveBack(was))
    else giveBack(was)
  }

  const hasMoved = ({row, moves}) => {
    const records = moves.takeRecords()
    moves.disconnect()
    return records.some(({removedNodes}) => [...removedNodes].includes(row))
  }

  // To the same element, to the one like it in the nearest row, or to the field for something new.
  const giveBack = (was) => {
    const active = document.activeElement
    if (active && active != document.body && active != was.element) return
    if (isShown(was.element)) {
      if (active != was.element) select(was)
      return
    }
    const next = alike(was) ?? document.querySelector('.new-todo')
    next?.focus({preventScroll: true})
  }

  const select = ({element, start, end}) => {
    element.focus({preventScroll: true})
    if (start != null) element.setSelectionRange(start, end)
  }

  // The same button or box in the row of the element, or in one beside it.
  const alike = ({element, row, next, previous}) => {
    const kind = element.classList[0] ? `.${element.classList[0]}` : element.localName
    const rows = [row, nearest(next, 'nextElementSibling'), nearest(previous, 'previousElementSibling')]
    return rows.map((row) => row?.isConnected && row.querySelector(kind)).find(isShown)
  }

  const nearest = (row, side) => {
    while (row && !isShown(row)) row = row[side]
    return row
  }

  return {
    note,
    restore,
    // Runs what may take the focus from an element.
    keep(body) {
      const was = note()
      body()
      restore(was)
    },
  }
})()
