import HTMLTemplate
import LibeventHTTP
import TodoStorage

/// One todo in `list/row.html`.
struct TodoRow: TemplateView {
  let id: Todo.ID
  let title: String
  let isCompleted: Bool
  let hasLink: Bool

  init(_ todo: Todo) {
    (id, title, isCompleted) = (todo.id, todo.title, todo.isCompleted)
    hasLink = LinkedTitle.mayHaveLink(title)
  }

  private init() {
    (id, title, isCompleted, hasLink) = (0, "", false, false)
  }

  /// What the page makes a row of for a todo that is not stored yet.
  static let blank = TodoRow()

  static let fields = Fields<TodoRow>()
    .integer("id") { $0.id }
    .text("title") { $0.title }
    .flag("has-link") { $0.hasLink }
    .html("linked-title") { LinkedTitle.html($0.title) }
    .flag("completed") { $0.isCompleted }
}

/// One list in `list/frame.html`: what every page of it shows alike.
struct ListView: TemplateView {
  let name: String
  let title: String
  let revision: Int64
  let todos: [TodoRow]
  let openCount: Int
  let completedCount: Int
  let isStored: Bool
  let isUnlisted: Bool

  init(_ list: TodoList) {
    isUnlisted = list.name.isUnlisted
    (name, title, revision) = (list.name.text, list.title, list.revision)
    todos = list.todos.map(TodoRow.init)
    openCount = list.todos.count { !$0.isCompleted }
    completedCount = list.todos.count - openCount
    isStored = list.exists
  }

  /// What a change has left of a list, with some of its todos.
  init(_ change: CommittedChange, _ todos: [Todo]) {
    isUnlisted = change.list.name.isUnlisted
    (name, title, revision) = (change.list.name.text, change.list.title, change.revision)
    self.todos = todos.map(TodoRow.init)
    (openCount, completedCount) = (change.list.openCount, change.list.completedCount)
    isStored = true
  }

  private var isEmpty: Bool { openCount + completedCount == 0 }

  static let fields = Fields<ListView>()
    .text("name") { $0.name }
    .text("title") { $0.title }
    .text("isolated-title") { BidiIsolation.isolated($0.title) }
    .views("todos") { $0.todos }
    .integer("open") { Int64($0.openCount) }
    .integer("revision") { $0.revision }
    .flag("any") { !$0.isEmpty }
    .flag("one-open") { $0.openCount == 1 }
    .flag("all-completed") { $0.openCount == 0 }
    .flag("any-completed") { $0.completedCount > 0 }
    .flag("none-open") { $0.openCount == 0 && !$0.isEmpty }
    .flag("none-completed") { $0.completedCount == 0 && !$0.isEmpty }
    .flag("stored") { $0.isStored }
    .flag("unlisted") { $0.isUnlisted }
    .flag("deleted") { !$0.isStored && $0.revision > 0 }
}

/// The page of a list, `list.html`.
struct ListPage: TemplateView {
  let list: ListView
  let filter: Filter
  let editing: EditView?
  let offer: UndoOffer?
  /// What there is to be said of the command that has led here.
  let notice: String?
  let isVendored: Bool
  let edition: PageEdition?

  static let fields = Fields<ListPage>()
    .view("list") { $0.list }
    .text("stream") { "/subscribe/\($0.list.name)" }
    .text("filter") { $0.filter.rawValue }
    .flag("all") { $0.filter == .all }
    .flag("active") { $0.filter == .active }
    .flag("completed-only") { $0.filter == .completed }
    .view("editing") { $0.editing }
    .view("blank") { _ in TodoRow.blank }
    .view("offer") { $0.offer }
    .optionalText("notice") { $0.notice }
    .flag("vendored") { $0.isVendored }
    .view("watched") { $0.edition }
}

/// The form that a todo is edited and moved with where there is no script, `list/edit.html`.
struct EditView: TemplateView {
  let todo: Todo
  /// Its number in the list's order, and how many there are. A form that names them all would be as long as the list.
  let place: Int
  let count: Int

  /// - Returns: nil for a todo that is not in the list.
  init?(_ id: Todo.ID?, in list: TodoList) {
    guard let index = list.todos.firstIndex(where: { $0.id == id }) else { return nil }
    (todo, place, count) = (list.todos[index], index + 1, list.todos.count)
  }

  static let fields = Fields<EditView>()
    .integer("id") { $0.todo.id }
    .text("title") { $0.todo.title }
    .integer("place") { Int64($0.place) }
    .integer("count") { Int64($0.count) }
}

/// One list among the others in `index/frame.html`.
struct ListItem: TemplateView {
  let summary: ListSummary

  static let fields = Fields<ListItem>()
    .text("name") { $0.summary.name.text }
    .text("title") { $0.summary.title }
    .text("isolated-title") { BidiIsolation.isolated($0.summary.title) }
    .integer("open") { Int64($0.summary.openCount) }
    .integer("done") { Int64($0.summary.completedCount) }
}

/// All lists in `index/frame.html`.
struct IndexView: TemplateView {
  let lists: [ListItem]
  let revision: Int64

  init(_ index: ListIndex) {
    (lists, revision) = (index.lists.map(ListItem.init), index.revision)
  }

  static let fields = Fields<IndexView>()
    .views("lists") { $0.lists }
    .integer("revision") { $0.revision }
}

/// The page of all lists, `index.html`.
struct IndexPage: TemplateView {
  let index: IndexView
  let offer: UndoOffer?
  let isVendored: Bool
  let edition: PageEdition?

  static let fields = Fields<IndexPage>()
    .view("index") { $0.index }
    .text("stream") { _ in "/subscribe" }
    .view("offer") { $0.offer }
    .optionalText("notice") { _ in nil }
    .flag("vendored") { $0.isVendored }
    .view("watched") { $0.edition }
}

/// Why a command was refused, or what else there is to be said of it, `notice.html`.
struct Notice: TemplateView {
  let reason: String

  static let fields = Fields<Notice>()
    .text("reason") { $0.reason }
}

/// Why a request was refused, where that is a page of its own, `refusal.html`.
struct RefusalView: TemplateView {
  let heading: String
  let reason: String
  /// The list to go back to; all lists where there is none.
  let list: ListName?

  init(_ status: HTTPStatus, _ reason: String, list: ListName?) {
    heading =
      switch status {
      case .notFound: "Not found"
      case .tooManyRequests: "Not now"
      case _ where status.code >= 500: "Not now"
      default: "Not done"
      }
    self.reason = reason.prefix(1).uppercased() + reason.dropFirst()
    self.list = list
  }

  static let fields = Fields<RefusalView>()
    .text("heading") { $0.heading }
    .text("reason") { $0.reason }
    .optionalText("list") { $0.list?.text }
}

/// What has been deleted, with a button that brings it back, `offer.html`.
struct UndoOffer: TemplateView {
  let deletion: Deletion

  static let fields = Fields<UndoOffer>()
    .integer("deletion") { $0.deletion.id }
    .optionalText("title") { $0.title }
    .flag("list") { $0.isList }
    .optionalText("unlisted") { $0.deletion.list.isUnlisted ? $0.deletion.list.text : nil }
    .integer("count") { Int64($0.count) }
    .flag("one") { $0.count == 1 }

  private var title: String? {
    switch deletion.subject {
    case .todo(let title), .list(let title): title
    case .completedTodos: nil
    }
  }

  private var isList: Bool {
    if case .list = deletion.subject { true } else { false }
  }

  private var count: Int {
    if case .completedTodos(let count) = deletion.subject { count } else { 1 }
  }
}

/// How many have a list open, `presence.html`.
struct PresenceView: TemplateView {
  let count: Int
  /// Who edits which todo, as ``Editors/text``.
  let edits: String
  /// What tells this from anything else that can be shown.
  let mark: String

  static let fields = Fields<PresenceView>()
    .integer("count") { Int64($0.count) }
    .flag("one") { $0.count == 1 }
    .text("edits") { $0.edits }
    .text("mark") { $0.mark }
}
