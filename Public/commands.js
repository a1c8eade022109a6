// The commands of this tab. They are sent one after the other, so that they reach the server in the order in which they
// were given, and each has a key by which the server carries it out once, however often it is sent.
const commands = (() => {
  const queue = [] // the first is under way
  const pauses = [] // who waits for the queue to be empty
  let bar, post

  const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join('-')

  // None ends another one, and one that the network has lost is sent again three times within some two seconds.
  const options = (command, controller) => ({
    payload: command.payload,
    headers: {'Idempotency-Key': command.key},
    requestCancellation: controller,
    retryInterval: 300,
    retryMaxCount: 4,
  })

  // A line can die without being closed: then no answer ever comes, and those behind it would wait for ever.
  const longestWait = 30_000
  const attempts = 3

  const deliver = async (command) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), longestWait)
      await post(command.address, options(command, controller)).catch(() => (command.failure ??= unreachable))
      clearTimeout(timer)
      if (!controller.signal.aborted) return
    }
    command.failure = unreachable
  }

  const run = async () => {
    bar.hidden = false
    while (queue.length) {
      await deliver(queue[0])
      try {
        conclude(queue.shift())
      } catch (error) {
        reportError(error) // and go on with the others
      }
    }
    bar.hidden = true
    document.dispatchEvent(new Event('answered'))
    for (const resume of pauses.splice(0)) resume()
  }

  // A command that the server has refused has its reason in the notice already.
  const conclude = (command) => {
    if (!command.failure) {
      notice.unsay(unreachable)
      command.preview?.answer()
      command.done?.()
      return
    }
    if (command.failure != refused) notice.say(command.failure)
    command.preview?.remove()
    command.failed?.(command)
  }

  // What is said of a command while it is under way.
  document.addEventListener('datastar-fetch', ({detail: {el, type, argsRaw}}) => {
    const command = queue[0]
    if (!bar || el != bar || !command) return
    if (type == 'error') command.failure = reasonFor(argsRaw.status)
    if (type == 'retries-failed') command.failure = unreachable
    if (type == 'datastar-patch-signals' && '_refused' in JSON.parse(argsRaw.signals)) command.failure = refused
  })

  const refused = 'refused'
  const unreachable = 'The server cannot be reached. Try again in a moment.'
  const reasons = {
    404: 'This is not there any more: somebody may have deleted it.',
    413: 'This is too much at once.',
    429: 'These are too many changes at once. Try again in a moment.',
    503: 'The server cannot store anything now. Try again in a moment.',
  }
  const reasonFor = (status) =>
    reasons[status] ??
    (status < 500
      ? `The server has refused this (status ${status}), and nothing was changed.`
      : `Something has failed on the way (status ${status}). The page shows what is stored.`)

  // A page that is left sends what it still has: the one under way as well, whose key makes it safe.
  const sendLast = ({address, payload, key}) => {
    const headers = {'Content-Type': 'application/json', 'Datastar-Request': 'true', 'Idempotency-Key': key}
    fetch(address, {method: 'POST', keepalive: true, headers, body: JSON.stringify(payload)}).catch(() => {})
  }
  addEventListener('pagehide', () => {
    document.dispatchEvent(new Event('leaving'))
    queue.forEach(sendLast)
    for (const command of queue.splice(1)) command.preview?.answer()
  })
  document.addEventListener('reconnected', () => notice.unsay(unreachable))

  return {
    // Called by the progress bar, with what sends a command.
    begin(element, sender) {
      ;[bar, post] = [element, sender]
    },

    // Sends a command when those before it have been answered. Its `preview` shows what it does meanwhile; `done` and
    // `failed` are called with what came of it. One that is sent again has its `key` of the first time.
    send(address, payload = {}, {preview, done, failed, key = newKey()} = {}) {
      notice.say('')
      queue.push({address, payload, preview, done, failed, key})
      if (queue.length == 1) run()
      preview?.show()
    },

    // Calls when all commands have been answered.
    whenIdle: (resume) => (queue.length ? pauses.push(resume) : resume()),
  }
})()

// The line that says why something has failed; the server writes it, too.
const notice = {
  element: () => document.getElementById('notice'),
  // Takes back what is not so any more.
  unsay(reason) {
    if (notice.element().textContent.trim() == reason) notice.say('')
  },
  say(reason) {
    const line = document.getElementById('notice-line').content.cloneNode(true)
    line.querySelector('span').textContent = reason
    notice.element().replaceChildren(...(reason ? [line] : []))
  },
}
