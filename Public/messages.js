// Says in the page's class whether there are messages, which lie over the bottom of the window: what is under them can be
// scrolled out then. A rule with `:has` would do the same, and be looked at for every row that changes.
document.addEventListener('DOMContentLoaded', () => {
  const messages = document.querySelector('.messages')
  const look = () => {
    const isAny = messages.querySelector('.notice p, .offer, #unsaved li') != null
    document.documentElement.classList.toggle('has-messages', isAny)
  }
  new MutationObserver(look).observe(messages, {subtree: true, childList: true})
  look()
})
