// Loaded with `--watch` alone: shows what somebody who works on the page has changed in its templates, scripts and
// styles, or why a template cannot be used.
//
// It asks, and needs nothing of the page's other scripts: one of these may be what does not work just now, and of a
// browser's six connections the pages' streams take four already.
;(() => {
  const pause = 100
  const {page} = document.currentScript.dataset
  let {styles} = document.currentScript.dataset

  const exchange = (newest) => {
    if (styles == newest) return
    styles = newest
    for (const link of document.querySelectorAll('link[rel=stylesheet]')) {
      link.href = `${new URL(link.href).pathname}?${styles}`
    }
  }

  const line = document.createElement('pre')
  line.id = 'template-error'
  line.setAttribute('role', 'alert')
  line.style.cssText =
    'position: fixed; inset: 0 0 auto; z-index: 9; margin: 0; padding: 1rem; white-space: pre-wrap; background: #a3312b; color: #fff'

  const say = (error) => {
    line.textContent = error
    if (!error) line.remove()
    else if (!line.isConnected) document.body.append(line)
  }

  const look = async () => {
    try {
      const now = await (await fetch('/watch')).json()
      if (now.page != page) return location.reload()
      exchange(now.styles)
      say(now.error && `A template cannot be used, the page is as it was before.\n${now.error}`)
    } catch {
      // The server is being started again.
    }
    setTimeout(look, pause)
  }
  document.addEventListener('DOMContentLoaded', look)
})()
