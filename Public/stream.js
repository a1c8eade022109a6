// Keeps the page in step with the server, only while it can be seen: by an event stream of its own, opened anew when it
// has gone silent, or where the browser has no connection left for one, by asking.
const stream = (() => {
  // The server is heard at least every 20 s. A line can also die without being closed.
  const longestSilence = 42_000
  const newName = () => crypto.getRandomValues(new Uint32Array(2)).join('-')
  // Each page has an address of its own: a browser may have a second request for the same one wait for the first to end.
  const tab = newName()
  let banner, address, get
  let isFollowing = false
  let controller // of the stream that is open; undefined while none is
  let heardAt
  let hasFailed // what was asked last
  const pauses = {first: 1_000, longest: 5_000}
  let pause = pauses.first // before the next attempt
  let reopening // the timer of that

  // The name of the browser, by which its windows are one person's. A browser may keep nothing.
  const browser = () => {
    const place = 'datastar-todo-browser'
    try {
      if (!localStorage.getItem(place)) localStorage.setItem(place, newName())
      return localStorage.getItem(place)
    } catch {
      return tab
    }
  }

  // What the page shows is not sent again.
  const url = (more) => {
    const after = document.getElementById('revision')?.value ?? ''
    return `${address}?${new URLSearchParams({tab, browser: browser(), after, ...more})}`
  }

  const close = () => {
    controller?.abort()
    controller = undefined
  }

  const open = () => {
    close()
    controller = new AbortController()
    heardAt = Date.now()
    const always = {retry: 'always', retryMaxCount: Infinity, retryMaxWait: 5_000}
    get(url(), {requestCancellation: controller, ...always}).catch(() => {})
  }

  // Has what is newer sent once. Where that is nothing, nothing shows that the page has asked.
  const ask = async (request) => {
    hasFailed = false
    const here = document.getElementById('presence')?.dataset.mark ?? ''
    await get(url({once: '', here}), {requestCancellation: request, retryMaxCount: 1}).catch(() => {})
    if (request.signal.aborted) return request.signal.reason == 'late' && show(true)
    return hasFailed || hear()
  }

  const rest = () => {
    isFollowing = false
    clearTimeout(reopening)
    asking.end()
    close()
    turns.leave()
  }

  // Datastar's own way of closing the streams of hidden pages leaves a retry under way, and then there are two.
  const follow = () => {
    if (document.hidden || !get) return rest()
    if (isFollowing) return
    isFollowing = true
    heardAt = Date.now()
    if (!turns.areNeeded()) return open()
    asking.begin(ask)
    turns.wait(() => {
      asking.end()
      open()
    })
  }

  // After a line was cut. Datastar would say by itself what it has had, and counts an event as soon as it has read its id,
  // though the rest of it may be lost; what the page shows is said by the page.
  const openAgain = () => {
    const lost = controller
    // Not before Datastar has prepared its own attempt, which ends with this.
    setTimeout(() => controller == lost && close())
    reopening = setTimeout(open, pause)
    pause = Math.min(2 * pause, pauses.longest)
  }

  const show = (isLost) => {
    if (banner.hidden == !isLost) return
    banner.hidden = !isLost
    if (!isLost) document.dispatchEvent(new CustomEvent('reconnected'))
  }

  const hear = () => {
    heardAt = Date.now()
    pause = pauses.first
    show(false)
  }

  document.addEventListener('visibilitychange', follow)
  addEventListener('pageshow', follow)
  addEventListener('pagehide', rest)
  document.addEventListener('datastar-fetch', ({detail: {el, type}}) => {
    if (!banner || el != banner) return
    if (type == 'retrying' || type == 'error') {
      hasFailed = true
      show(true)
    }
    if (type == 'retrying' && controller) openAgain()
    if (type.startsWith('datastar-')) hear()
  })
  setInterval(() => {
    if (!isFollowing || Date.now() - heardAt < longestSilence) return
    show(true)
    if (controller) open()
  }, 2_000)

  return {
    tab,
    // Called by the banner, with what sends a request and has the events of the answer patched in.
    begin(element, url, sender) {
      ;[banner, address, get] = [element, url, sender]
      follow()
    },
  }
})()
