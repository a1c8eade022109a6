// Moves rows to where the server says that they stand now. It names them by their ids, in an element of its own: a row
// that was sent anew would lose the focus and what is being typed in it.
const moves = (() => {
  const list = () => document.getElementById('todo-list')
  const row = (id) => document.getElementById(`todo-${id}`)

  const put = (row, next) => (list().moveBefore ? list().moveBefore(row, next) : list().insertBefore(row, next))

  // Does what has been said, once: `7 5 8 0` has todo 7 stand behind 5, and then 8 before all others.
  const apply = () => {
    const said = document.getElementById('moves')
    const ids = said?.getAttribute('value')?.split(' ') ?? []
    said?.removeAttribute('value')
    while (ids.length) {
      const [id, after] = ids.splice(0, 2)
      put(row(id), after == 0 ? list().firstChild : row(after).nextSibling)
    }
  }

  return {put, apply}
})()
