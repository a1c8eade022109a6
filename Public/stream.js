// The page's event stream: one at a time, only while the page can be seen, and opened anew when it has gone silent.
const stream = (() => {
  // The server is heard at least every 20 s. A line can also die without being closed.
  const longestSilence = 42_000
  // Each page has an address of its own: a browser may have a second request for the same one wait for the first to end.
  const tab = crypto.getRandomValues(new Uint32Array(2)).join('-')
  let banner, address, get
  let controller // of the stream that is open; undefined while none is
  let heardAt

  const close = () => {
    controller?.abort()
    controller = undefined
  }

  const open = () => {
    close()
    controller = new AbortController()
    heardAt = Date.now()
    // What the page shows is not sent again.
    const after = document.getElementById('revision')?.value ?? ''
    get(`${address}?tab=${tab}&after=${after}`, controller).catch(() => {})
  }

  // Datastar's own way of closing the streams of hidden pages leaves a retry under way, and then there are two.
  const follow = () => {
    if (document.hidden || !get) close()
    else if (!controller) open()
  }

  const show = (isLost) => {
    if (banner.hidden == !isLost) return
    banner.hidden = !isLost
    if (!isLost) document.dispatchEvent(new CustomEvent('reconnected'))
  }

  document.addEventListener('visibilitychange', follow)
  addEventListener('pageshow', follow)
  addEventListener('pagehide', close)
  document.addEventListener('datastar-fetch', ({detail: {el, type}}) => {
    if (!banner || el != banner) return
    if (type == 'retrying' || type == 'error') show(true)
    if (!type.startsWith('datastar-')) return
    heardAt = Date.now()
    show(false)
  })
  setInterval(() => {
    if (!controller || Date.now() - heardAt < longestSilence) return
    show(true)
    open()
  }, 2_000)

  return {
    tab,
    // Called by the banner, with what opens a stream.
    begin(element, url, opener) {
      ;[banner, address, get] = [element, url, opener]
      follow()
    },
  }
})()
