// The previews of commands on todos: each changes rows as the server is going to.
const previews = (() => {
  const byID = (id) => document.getElementById(id)
  const list = () => byID('todo-list')
  const check = (row, isCompleted) => {
    row.querySelector('.toggle').checked = isCompleted
    row.classList.toggle('completed', isCompleted)
  }
  // What the server has said: a click changes the property and not the attribute.
  const isCompleted = (row) => row.querySelector('.toggle').defaultChecked

  // A preview of one row, which somebody may have deleted meanwhile.
  const ofRow = (id, lay, isStored) =>
    overlay.preview(
      () => (byID(id) ? lay(byID(id)) : () => {}),
      () => !byID(id) || isStored(byID(id)),
      id,
    )

  const toggle = (id, completed) =>
    ofRow(
      id,
      (row) => {
        check(row, completed)
        return () => check(row, isCompleted(row))
      },
      (row) => isCompleted(row) == completed,
    )

  const toggleAll = (box, completed) =>
    overlay.preview(
      () => {
        const rows = [...list().children]
        box.checked = completed
        rows.forEach((row) => check(row, completed))
        return () => {
          box.checked = box.defaultChecked
          rows.forEach((row) => check(row, isCompleted(row)))
        }
      },
      () => box.defaultChecked == completed,
      'every',
    )

  const text = (element, text, row) =>
    overlay.preview(
      () => {
        const nodes = [...element.childNodes]
        element.replaceChildren(text)
        return () => element.replaceChildren(...nodes)
      },
      () => !element.isConnected || element.textContent == text,
      row,
    )

  const hide = (id) =>
    ofRow(
      id,
      (row) => {
        row.hidden = true
        return () => (row.hidden = false)
      },
      () => false,
    )

  // What a row is to stand before to be behind another; where that is gone, what it stands before now.
  const place = (after, now) => {
    if (!after) return list().firstChild
    return byID(after) ? byID(after).nextSibling : now
  }

  // `after` is the id of the row before it, undefined for the first place.
  const move = (id, after) =>
    ofRow(
      id,
      (row) => {
        const next = row.nextSibling
        moves.put(row, place(after, next))
        return () => moves.put(row, next)
      },
      (row) => row.previousElementSibling?.id == after,
    )

  // MARK: A new row

  const taken = new WeakSet() // the server's rows that have taken the place of a preview

  // Shows a row of a title that is about to be added, until the server's comes.
  const add = (title) => {
    const known = new Set([...list().children].map((row) => row.id))
    const isIt = (row) => row.id && !known.has(row.id) && !taken.has(row) && titleOf(row) == title
    const pending = pendingRow(title)
    let stored
    const isStored = () => {
      if (stored) return true
      stored = [...list().children].find(isIt)
      if (!stored) return false
      preview.row = stored.id
      take(stored, pending)
      return true
    }
    const lay = () => {
      if (isStored()) return () => {}
      const [main, empty] = [byID('main'), byID('empty')]
      const hidden = [main.hidden, empty.hidden]
      list().append(pending)
      ;[main.hidden, empty.hidden] = [false, true]
      return () => {
        pending.remove()
        ;[main.hidden, empty.hidden] = hidden
      }
    }
    const preview = overlay.preview(lay, isStored)
    return preview
  }

  const titleOf = (row) => row.querySelector('label').textContent

  const pendingRow = (title) => {
    const row = byID('new-row').content.querySelector('li').cloneNode(true)
    row.removeAttribute('id')
    row.classList.add('pending')
    row.querySelector('label').textContent = title
    return row
  }

  // What is done to a pending row is done to the server's when it comes.
  const events = new WeakMap()
  const keep = (event) => {
    const row = event.target.closest?.('.pending')
    if (!row) return
    event.stopPropagation()
    if (event.type != 'change') events.set(row, [...(events.get(row) ?? []), event])
  }
  for (const type of ['click', 'dblclick', 'change']) addEventListener(type, keep, true)

  const take = (stored, pending) => {
    taken.add(stored)
    setTimeout(() => {
      for (const {type, target} of events.get(pending) ?? []) {
        const same = stored.querySelector(target.className ? `.${target.classList[0]}` : target.tagName)
        same?.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true}))
      }
    })
  }

  return {toggle, toggleAll, text, hide, move, add}
})()
