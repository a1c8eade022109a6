// What the menu of a list does in the browser alone.
const menu = {
  // Puts the text of a file into the field to import from.
  async readFile(input) {
    const [file] = input.files
    if (file) input.form.elements.text.value = await file.text()
    input.value = ''
  },

  async copyLink(button) {
    const link = location.origin + location.pathname
    try {
      await navigator.clipboard.writeText(link)
      button.textContent = 'Copied'
    } catch {
      // Only pages that came over TLS, or from this machine, may write to the clipboard.
      prompt('The link to this list:', link)
    }
  },

  close(form) {
    const details = form.closest('details')
    form.reset()
    if (details.contains(document.activeElement)) details.querySelector('summary').focus()
    details.open = false
  },
}

// Renamed by somebody else, the list has another title to begin with; what is being typed stays.
document.addEventListener('stored', () => {
  const field = document.getElementById('new-title')
  if (!field) return
  const title = document.getElementById('title').textContent
  if (field.value == field.defaultValue) field.value = title
  field.defaultValue = title
})
