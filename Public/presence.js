// Who is doing what: tells the others which todo is being edited here, and marks those that are edited elsewhere.
const presence = (() => {
  const pause = 1_000 // an edit that is over sooner is nobody's business
  const interval = 30_000 // the server forgets an edit that it is not told of again
  let told = null // the todo that the others know of
  let timer

  // `id` is the todo's, or null when the edit has ended.
  const tell = (address, id) => {
    clearTimeout(timer)
    if (id) timer = setTimeout(say, pause, address, id)
    else if (told) say(address, null)
  }

  // Nothing depends on it, so nothing is said where it fails.
  const say = (address, id) => {
    const body = JSON.stringify({tab: stream.tab, editing: id})
    const headers = {'Content-Type': 'application/json'}
    fetch(address, {method: 'POST', keepalive: true, headers, body}).catch(() => {})
    told = id
    if (id) timer = setTimeout(say, interval, address, id)
  }

  const unmark = () => document.querySelectorAll('.elsewhere').forEach((row) => row.classList.remove('elsewhere'))

  // The server's line says `tab:todo` for each edit.
  const mark = () => {
    const edits = document.getElementById('presence')?.getAttribute('data-edits')?.split(' ') ?? []
    for (const [tab, id] of edits.map((edit) => edit.split(':'))) {
      if (tab != stream.tab) document.getElementById(`todo-${id}`)?.classList.add('elsewhere')
    }
  }

  // The server's rows know nothing of it.
  document.addEventListener('patching', unmark)
  document.addEventListener('patched', mark)

  return {tell}
})()
