// A page that holds no stream asks every second for what is newer, and at once when its commands have been answered.
const asking = (() => {
  const interval = 1_000
  const moment = 100 // within which a page may get a place, or its turn again
  const longestWait = 10_000
  const requests = new Set() // those that wait for their turn, and the one under way
  let ask // asks once
  let life // of the asking; undefined while the page need not ask

  const carryOut = async (request) => {
    if (request.signal.aborted) return
    const timer = setTimeout(() => request.abort('late'), longestWait)
    await ask(request)
    clearTimeout(timer)
  }

  // Asks while no other page does, so that all together take one connection. A page that cannot wait takes the turn from
  // the one that has it, which ends its request. Returns whether it could ask.
  const inTurn = async (isUrgent) => {
    const request = new AbortController()
    requests.add(request)
    let hasAsked = true
    await turns.alone(() => carryOut(request), isUrgent ? {steal: true} : {signal: request.signal}).catch(() => {
      hasAsked = false
      request.abort()
    })
    requests.delete(request)
    return hasAsked
  }

  const tick = async (mine) => {
    if (life != mine) return
    const pause = (await inTurn(false)) ? interval : moment
    setTimeout(tick, pause, mine)
  }

  document.addEventListener('answered', () => life && inTurn(true))

  return {
    begin(how) {
      ask = how
      life = {}
      setTimeout(tick, moment, life)
    },
    end() {
      life = undefined
      for (const request of requests) request.abort()
    },
  }
})()
