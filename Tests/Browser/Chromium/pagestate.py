"""What a page shows, element for element, to be compared with the same page loaded anew."""

# One line for each element: its depth, tag, attributes, own text and the state that is no attribute. What a tab does
# alone is left out: messages, who is here, an edit in progress, what has been typed.
LINES = """() => {
  const own = '.messages, .banner, .progress, #presence, #moved, script';
  const local = ['editing', 'elsewhere', 'dragged'];
  const attributes = (element) => [...element.attributes].map(({name, value}) => {
    if (name == 'class') value = value.split(' ').filter((word) => word && !local.includes(word)).sort().join(' ');
    return value == '' && name == 'class' || element.matches('.edit') && ['style', 'aria-label'].includes(name)
      || element.matches('details') && name == 'open' ? '' : `${name}="${value}"`;
  }).filter((text) => text).sort().join(' ');
  const text = (element) => [...element.childNodes].filter((node) => node.nodeType == Node.TEXT_NODE)
    .map((node) => node.data.replace(/\\s+/g, ' ')).join('|').trim();
  const state = (element) => element.matches('[type=checkbox]') ? `checked: ${element.checked}`
    : 'value' in element && !element.matches('.edit') ? `value: ${element.value}` : '';
  const lines = [`title: ${document.title}`];
  const add = (element, depth) => {
    if (element.matches(own)) return;
    lines.push(`${depth} ${element.localName} ${attributes(element)} “${text(element)}” ${state(element)}`);
    for (const child of element.children) add(child, depth + 1);
  };
  add(document.body, 0);
  for (const row of document.querySelectorAll('template')) lines.push(row.innerHTML);
  return lines;
}"""


def difference(followed, loaded):
    """The first line in which two pages are not the same; nothing where they are."""
    for number in range(max(len(followed), len(loaded))):
        one, other = ((lines[number:] or ["nothing"])[0] for lines in (followed, loaded))
        if one != other:
            return f"element {number} is {one} and not {other}"
    return None


def state(page):
    return page.evaluate(LINES)


def revision(page):
    return page.evaluate("() => document.getElementById('revision')?.value")
