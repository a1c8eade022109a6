import HTMLTemplate
import Todos

/// One todo in `list/row.html`.
struct TodoRow: TemplateView {
  let id: Todo.ID
  let title: String
  let isCompleted: Bool

  init(_ todo: Todo) {
    (id, title, isCompleted) = (todo.id, todo.title, todo.isCompleted)
  }

  static let fields = Fields<TodoRow>()
    .integer("id") { $0.id }
    .text("title") { $0.title }
    .flag("completed") { $0.isCompleted }
}

/// One list in `list/frame.html`: what every page of it shows alike.
struct ListView: TemplateView {
  let name: String
  let title: String
  let todos: [TodoRow]
  let openCount: Int

  init(_ list: TodoList) {
    name = list.name.text
    title = list.title
    todos = list.todos.map(TodoRow.init)
    openCount = list.todos.count { !$0.isCompleted }
  }

  static let fields = Fields<ListView>()
    .text("name") { $0.name }
    .text("title") { $0.title }
    .views("todos") { $0.todos }
    .integer("open") { Int64($0.openCount) }
    .flag("any") { !$0.todos.isEmpty }
    .flag("one-open") { $0.openCount == 1 }
    .flag("all-completed") { $0.openCount == 0 }
    .flag("any-completed") { $0.openCount < $0.todos.count }
}

/// The page of a list, `list.html`.
struct ListPage: TemplateView {
  let list: ListView
  let filter: Filter
  let editing: TodoRow?
  let notice: HTML
  let isVendored: Bool

  static let fields = Fields<ListPage>()
    .view("list") { $0.list }
    .text("filter") { $0.filter.rawValue }
    .flag("all") { $0.filter == .all }
    .flag("active") { $0.filter == .active }
    .flag("completed-only") { $0.filter == .completed }
    .view("editing") { $0.editing }
    .html("notice") { $0.notice }
    .flag("vendored") { $0.isVendored }
}

/// One list among the others in `index/frame.html`.
struct ListItem: TemplateView {
  let summary: ListSummary

  static let fields = Fields<ListItem>()
    .text("name") { $0.summary.name.text }
    .text("title") { $0.summary.title }
    .integer("open") { Int64($0.summary.openCount) }
    .integer("done") { Int64($0.summary.completedCount) }
}

/// All lists in `index/frame.html`.
struct IndexView: TemplateView {
  let lists: [ListItem]

  init(_ index: ListIndex) {
    lists = index.lists.map(ListItem.init)
  }

  static let fields = Fields<IndexView>()
    .views("lists") { $0.lists }
}

/// The page of all lists, `index.html`.
struct IndexPage: TemplateView {
  let index: IndexView
  let notice: HTML
  let isVendored: Bool

  static let fields = Fields<IndexPage>()
    .view("index") { $0.index }
    .html("notice") { $0.notice }
    .flag("vendored") { $0.isVendored }
}

/// The one place for messages, `notice.html`: why a command was refused, or what can be undone.
struct Notice: TemplateView {
  var reason: String?
  var undo: DeletionID?
  var deleted: String?

  static let fields = Fields<Notice>()
    .optionalText("reason") { $0.reason }
    .flag("undo") { $0.undo != nil }
    .integer("deletion") { $0.undo ?? 0 }
    .optionalText("deleted") { $0.deleted }
}

extension Notice {
  init(_ deletion: Deletion) {
    undo = deletion.id
    deleted =
      switch deletion.subject {
      case .todo(let title): "“\(title)” deleted."
      case .completedTodos(1): "1 completed todo deleted."
      case .completedTodos(let count): "\(count) completed todos deleted."
      case .list(let title): "The list “\(title)” was deleted."
      }
  }
}
