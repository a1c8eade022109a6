import Datastar
import DatastarPubSub
import HTMLTemplate
import Synchronization

struct Todo {
  let id: Int
  var title: String

  var html: String { "<li id=\"todo-\(id)\"><label>\(HTML(escaping: title))</label></li>" }
}

/// A list; its revision is the version that its page shows.
struct TodoList {
  private(set) var todos: [Todo] = []
  private(set) var revision: Int64 = 0

  var html: String { "<ul id=\"todo-list\">\(todos.map(\.html).joined())</ul>" }

  /// The list whole, for who has seen nothing of it or too little.
  var snapshot: Payload {
    Payload(version: .init(revision: revision)) { $0.patchElements(html, eventID: EventID(revision)) }
  }

  /// Adds a todo. Returns what adds it to the pages that show the list as it was.
  mutating func add(_ title: String) -> Payload {
    let todo = Todo(id: todos.count + 1, title: title)
    todos.append(todo)
    return delta { $0.patchElements(todo.html, selector: "#todo-list", mode: .append, eventID: $1) }
  }

  /// Gives a todo another title. Returns what does so on the pages; nil where there is no such todo.
  mutating func edit(_ id: Int, _ title: String) -> Payload? {
    guard todos.indices.contains(id - 1) else { return nil }
    todos[id - 1].title = title
    return delta { [todo = todos[id - 1]] in $0.patchElements(todo.html, eventID: $1) }
  }

  private mutating func delta(_ build: (inout EventCollector, EventID) -> Void) -> Payload {
    revision += 1
    return Payload(from: .init(revision: revision - 1), to: .init(revision: revision)) { build(&$0, EventID(revision)) }
  }
}

/// All lists, by their topics.
final class TodoLists: Sendable {
  private let lists = Mutex<[Topic: TodoList]>([:])

  subscript(topic: Topic) -> TodoList { lists.withLock { $0[topic] ?? TodoList() } }

  func change<Result: Sendable>(_ topic: Topic, _ change: (inout TodoList) throws -> Result) rethrows -> Result {
    try lists.withLock { try change(&$0[topic, default: TodoList()]) }
  }
}
