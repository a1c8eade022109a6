/// A list's page.
enum Page {
  static func of(_ list: TodoList) -> String {
    """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>Todos</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@v1.0.2/bundles/datastar.js"></script>
    <body data-signals="{newTodo: ''}" data-init="@get(location.pathname.replace('lists', 'subscribe') +
      '?after=\(list.revision)', {retry: 'always', retryMaxCount: Infinity})">
    <form data-on:submit="@post(location.pathname.replace('lists', 'todos')); $newTodo = ''">
    <input data-bind:new-todo autofocus aria-label="New todo"> <button>Add</button>
    </form>
    \(list.html)
    """
  }
}
