// The elements that a chain of steps leads to. A step is a selector and, perhaps, a text that an element has in it; or
// the selector of what is around those that were found.
const text = (element) => element.textContent.replace(/\s+/g, ' ').trim()
const isVisible = (element) => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0
const has = (element, wanted, exact) => wanted == null || (exact ? text(element) == wanted : text(element).includes(wanted))
const elements = (steps) => steps.reduce((found, {css, text, exact, around}) => around
  ? found.map((element) => element.closest(around))
  : found.flatMap((root) => [...root.querySelectorAll(css)].filter((element) => has(element, text, exact))), [document])
