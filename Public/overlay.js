// What this tab has done shows at once. The page is what the server has said, with previews laid over it of the commands
// that it does not show yet. They are lifted before a payload is patched in and laid again after it: so a payload always
// meets the server's own elements, and a preview gives way to whatever the server says.
const overlay = (() => {
  const previews = [] // in the order of their commands
  // A payload without the change of a command that has been answered may have been on its way before it, and a page that
  // asks may be without an answer for a while.
  const patience = 2_000
  let isChanging = false

  const lift = () => previews.toReversed().forEach((preview) => preview.lift())
  const lay = () => previews.forEach((preview) => (preview.lift = preview.lay()))

  const change = (body) => {
    isChanging = true
    try {
      focus.keep(body)
    } finally {
      isChanging = false
    }
  }

  const remove = (preview) => {
    if (!previews.includes(preview)) return
    change(() => {
      lift()
      previews.splice(previews.indexOf(preview), 1)
      lay()
    })
  }

  // Lets go of those that the server's elements show now.
  const settle = () => {
    while (previews[0]?.isStored()) previews.shift()
    for (const preview of previews) {
      preview.isMissing = true
      giveWay(preview)
    }
  }

  // Lets go of one whose change somebody else has overruled: it has been answered and does not come. Either may be first.
  const giveWay = (preview) => {
    if (preview.isAnswered && preview.isMissing) preview.timer ??= setTimeout(remove, patience, preview)
  }

  // MARK: Around each payload

  const changes = new MutationObserver(() => {})
  const watched = {subtree: true, childList: true, characterData: true, attributeFilter: ['class']}
  let was, own // what had the focus, and what was previewed before

  const before = (patch) => {
    was = focus.note()
    own = [...previews]
    isChanging = true
    lift()
    document.dispatchEvent(new CustomEvent('patching', {detail: patch}))
    changes.observe(document.body, watched)
  }

  const after = () => {
    moves.apply()
    const records = changes.takeRecords()
    changes.disconnect()
    settle()
    document.dispatchEvent(new CustomEvent('stored')) // what is shown now
    lay()
    const rows = new Set(own.map((preview) => preview.row))
    document.dispatchEvent(new CustomEvent('patched', {detail: {records, own: rows}}))
    isChanging = false
    focus.restore(was)
  }

  // Datastar patches as a listener of the same event, which its module adds after this script and before the page is
  // complete.
  const around = (body) => ({detail}) => detail.type == 'datastar-patch-elements' && body(detail.argsRaw)
  document.addEventListener('datastar-fetch', around(before))
  document.addEventListener('DOMContentLoaded', () => document.addEventListener('datastar-fetch', around(after)))

  return {
    // Whether elements are being moved about, which then lose the focus without anybody having left them.
    isChanging: () => isChanging,

    // Makes a preview. `lay` changes the page and returns what takes that back; `isStored` says whether the server's own
    // elements show the same; `row` is the id of the row that is changed, or `every` for all of them.
    preview: (lay, isStored, row) => ({
      lay,
      isStored,
      row,
      show() {
        previews.push(this)
        change(() => (this.lift = lay()))
      },
      answer() {
        this.isAnswered = true
        giveWay(this)
      },
      remove() {
        remove(this)
      },
    }),
  }
})()
