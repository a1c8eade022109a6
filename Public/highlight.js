// Shows for a moment which rows others have changed.
;(() => {
  const most = 20 // rows; a change of more is seen without
  const rows = '.todo-list > li, .lists li'

  const rowOf = (node) => (node.nodeType == Node.ELEMENT_NODE ? node : node.parentElement)?.closest(rows)

  // The rows that have changed.
  const rowsIn = (records) => records.flatMap(({target, addedNodes}) => [target, ...addedNodes]).map(rowOf)

  document.addEventListener('patched', ({detail: {records, own}}) => {
    // Where one's own row has changed places with another, it may be the other one that was moved in the page.
    const moved = own.size ? new Set(records.flatMap(({removedNodes}) => [...removedNodes])) : new Set()
    const isOthers = (row) => row?.isConnected && !own.has(row.id) && !moved.has(row)
    const changed = new Set(rowsIn(records).filter(isOthers))
    if (own.has('every') || changed.size > most || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    requestAnimationFrame(() => changed.forEach(flash))
  })

  // Not out of sight, where the browser would have to draw what it leaves undrawn.
  const flash = (row) => {
    const {top, bottom} = row.getBoundingClientRect()
    if (bottom > 0 && top < innerHeight) row.animate({backgroundColor: ['var(--changed)', 'transparent']}, 1_500)
  }
})()
