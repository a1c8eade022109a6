// The elements that a chain of steps leads to. A step is a selector and, perhaps, a text that an element has in it; or
// the selector of what is around those that were found.
const text = (element) => element.textContent.replace(/\s+/g, ' ').trim()
const isVisible = (element) => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0
// What is out of sight is not drawn, and WebKit's driver takes it for nothing that could be scrolled to.
const inWindow = (element) => {
  if (!element) return undefined
  const {top, bottom} = element.getBoundingClientRect()
  if (bottom < 0 || top > innerHeight) element.scrollIntoView({block: 'nearest'})
  return element
}
const has = (element, wanted, exact) => wanted == null || (exact ? text(element) == wanted : text(element).includes(wanted))
const elements = (steps) => steps.reduce((found, {css, text, exact, around}) => around
  ? found.map((element) => element.closest(around))
  : found.flatMap((root) => [...root.querySelectorAll(css)].filter((element) => has(element, text, exact))), [document])
