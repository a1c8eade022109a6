import HTMLTemplate

/// A room's page.
enum Page {
  static func of(_ room: String, _ lines: Lines) -> String {
    """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>\(HTML(escaping: room))</title>
    <meta name="viewport" content="width=device-width">
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@v1.0.2/bundles/datastar.js"></script>
    <body data-signals="{name: 'somebody', text: ''}"
      data-init="@get(location.pathname + '/updates?after=\(lines.count)', {retry: 'always', retryMaxCount: Infinity})">
    <h1>\(HTML(escaping: room))</h1>
    <p id="people"></p>
    \(lines.html)
    <form data-on:submit="@post(location.pathname)">
    <label>Name <input data-bind:name></label> <label>Line <input data-bind:text autofocus></label> <button>Say</button>
    </form>
    """
  }
}
