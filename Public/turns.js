// The pages of one browser take turns, because it has six connections to a host over HTTP/1.1: four pages hold a stream
// each, the others ask one after the other, and one connection is always left for what somebody does.
const turns = (() => {
  const places = ['stream-1', 'stream-2', 'stream-3', 'stream-4']
  let leave = () => {} // gives up the place of this page, or its wait for one

  // From HTTP/2 on, one connection is enough for all pages. An insecure origin has no locks.
  const areNeeded = () => {
    const [page] = performance.getEntriesByType('navigation')
    return Boolean(navigator.locks) && !/^h[23]/.test(page?.nextHopProtocol)
  }

  // Calls `taken` when one of the places is this page's.
  const wait = (taken) => {
    leave()
    const waiting = new AbortController()
    leave = () => waiting.abort()
    const hold = () => {
      // Two places may become free at once, or the wait may be over.
      if (waiting.signal.aborted) return undefined
      waiting.abort()
      return new Promise((release) => {
        leave = release
        taken()
      })
    }
    for (const place of places) navigator.locks.request(place, {signal: waiting.signal}, hold).catch(() => {})
  }

  return {
    areNeeded,
    wait,
    leave: () => leave(),
    // Carries out what needs a connection while no other page does such a thing; with `steal` in its place.
    alone: (body, options) => navigator.locks.request('asking', options, body),
  }
})()
