import Datastar
import DatastarPubSub
import HTMLTemplate
import TodoStorage

/// Renders what a change has changed, by the templates of the page's rows.
struct DeltaViews: Sendable {
  private let list: Template<ListDelta>
  private let rows: Template<ListView>
  private let index: Template<IndexDelta>
  private let indexRow: Template<ListItem>

  init(_ templates: Templates) throws(TemplateError) {
    list = try templates.bind("list/delta", to: ListDelta.self)
    rows = try templates.bind("list/rows", to: ListView.self)
    index = try templates.bind("index/delta", to: IndexDelta.self)
    indexRow = try templates.bind("index/row", to: ListItem.self)
  }

  /// What a page shows about as many bytes for as its rows take, without their titles.
  private static let rowSize = 450
  /// Lists of so many bytes and less are shown whole.
  private static let wholeSize = 8 * 1024
  /// So many elements are taken away one by one.
  private static let singleRemovals = 4

  /// Whether so many rows of a list are new or different that it is better shown whole: known before any is rendered,
  /// since changes that have gathered may be many times the list.
  static func areMany(_ changes: [CommittedChange]) -> Bool {
    guard let list = changes.last?.list else { return false }
    let count = changes.reduce(0) { count, change in count + change.todos.count { $0.kind != .moved } }
    return 2 * count > list.openCount + list.completedCount
  }

  /// What turns a list as it was before some changes into what it is after them; nil where it is better shown whole: a
  /// small one, and one of which most has changed.
  func list(_ changes: [CommittedChange]) -> Payload? {
    guard let first = changes.first, let last = changes.last, !Self.areMany(changes) else { return nil }
    let size = Self.rowSize * (last.list.openCount + last.list.completedCount)
    guard size > Self.wholeSize else { return nil }
    var (events, revision) = (EventCollector(), first.previousRevision)
    for change in changes {
      let previousCount = change.previousOpenCount + change.previousCompletedCount
      guard previousCount > 0, change.listChange != .deleted, change.previousRevision == revision else { return nil }
      add(change, to: &events)
      revision = change.revision
    }
    let bytes = events.bytes
    guard bytes.count < size / 2 else { return nil }
    return Payload(bytes, from: .init(revision: first.previousRevision), to: .init(revision: revision))
  }

  private func add(_ change: CommittedChange, to events: inout EventCollector) {
    let runs = change.insertedRuns
    remove((change.removed + runs.flatMap(\.todos).map(\.id)).map { "todo-\($0)" }, &events)
    for run in runs {
      let html = elements(rows, ListView(change, run.todos))
      let place = run.predecessor.map { CSSSelector.ids(["todo-\($0)"]) }
      events.patchElements(html, selector: place ?? "#todo-list", mode: place == nil ? .prepend : .after)
    }
    events.patchElements(elements(list, ListDelta(change)), eventID: EventID(change.revision))
  }

  /// Takes away what a delta removes, and what it inserts: a page whose line was cut has had a part of a delta, does not
  /// have its revision, and is sent it again. Browsers find a single id at once, and look for several in the whole page.
  private func remove(_ ids: [String], _ events: inout EventCollector) {
    if ids.count > Self.singleRemovals { return events.removeElements(.ids(ids)) }
    for id in ids { events.removeElements(.ids([id])) }
  }

  /// What turns the index of all lists as it was before some changes into what it is after them; nil where a list stands
  /// elsewhere now.
  func index(_ changes: [CommittedChange]) -> Payload? {
    guard let first = changes.first, let last = changes.last else { return nil }
    let isGapless =
      zip(changes, changes.dropFirst()).allSatisfy { $0.indexRevision + 1 == $1.indexRevision }
      && changes.allSatisfy(\.turnsIndex)
    guard isGapless else { return nil }
    var (events, staying) = (EventCollector(), [ListName: ListItem]())
    // Of those of unlisted lists the index shows the revision alone.
    let shown = changes.filter { !$0.list.name.isUnlisted }
    let ids = shown.filter { $0.listChange != nil }.map { "list-\($0.list.name)" }
    remove(ids, &events)
    for change in shown {
      let (name, item) = (change.list.name, ListItem(summary: change.list))
      switch change.listChange {
      case .renamed: return nil
      // What has been made and deleted in one go is shown whole.
      case .deleted where shown.count > 1: return nil
      case .deleted: break
      case .made(let predecessor):
        let place = predecessor.map { CSSSelector.ids(["list-\($0)"]) } ?? "#lists ul"
        let mode = predecessor == nil ? ElementPatchMode.prepend : .after
        events.patchElements(elements(indexRow, item), selector: place, mode: mode)
      case nil: staying[name] = item
      }
    }
    let delta = IndexDelta(rows: Array(staying.values), revision: last.indexRevision)
    events.patchElements(elements(index, delta), eventID: EventID(last.indexRevision))
    return Payload(
      events.bytes, from: .init(revision: first.indexRevision - 1), to: .init(revision: last.indexRevision))
  }
}

extension CSSSelector {
  /// Elements by their ids, which the server has made.
  fileprivate static func ids(_ ids: [String]) -> CSSSelector {
    CSSSelector(stringLiteral: ids.map { "#\($0)" }.joined(separator: ","))
  }
}

extension CommittedChange {
  /// The todos that are new, as rows that follow each other.
  fileprivate var insertedRuns: [(predecessor: Todo.ID?, todos: [Todo])] {
    var runs: [(predecessor: Todo.ID?, todos: [Todo])] = []
    for change in todos where change.kind == .inserted {
      if let last = runs.last?.todos.last, last.id == change.predecessor {
        runs[runs.endIndex - 1].todos.append(change.todo)
      } else {
        runs.append((change.predecessor, [change.todo]))
      }
    }
    return runs
  }
}

/// What a change has left different of a list, in `list/delta.html`.
struct ListDelta: TemplateView {
  private let list: ListView
  private let change: CommittedChange

  init(_ change: CommittedChange) {
    self.change = change
    list = ListView(change, change.todos.filter { $0.kind == .updated }.map(\.todo))
  }

  /// The todos that stand elsewhere, each with the one before it or 0, for `Public/moves.js`: a browser could only take
  /// a row away and put another in, and would lose what is being done in it.
  private var moves: String {
    change.todos.filter { $0.kind == .moved }.map { "\($0.todo.id) \($0.predecessor ?? 0)" }.joined(separator: " ")
  }

  private var before: (open: Int, completed: Int) { (change.previousOpenCount, change.previousCompletedCount) }
  private var isOpenFlipped: Bool { (before.open == 0) != (change.list.openCount == 0) }
  private var isCompletedFlipped: Bool { (before.completed == 0) != (change.list.completedCount == 0) }

  static let fields = Fields<ListDelta>()
    .view("list") { $0.list }
    .integer("revision") { $0.change.revision }
    .flag("has-moves") { !$0.moves.isEmpty }
    .text("moves") { $0.moves }
    .flag("has-new-title") { $0.change.listChange != nil }
    .flag("has-new-count") { $0.before.open != $0.change.list.openCount }
    .flag("has-new-toggle-all") { $0.isOpenFlipped }
    .flag("has-new-clear") { $0.isCompletedFlipped }
    .flag("has-new-empty") { $0.isOpenFlipped || $0.isCompletedFlipped }
}

/// A list among the others that has changed, in `index/delta.html`.
struct IndexDelta: TemplateView {
  let rows: [ListItem]
  let revision: Int64

  static let fields = Fields<IndexDelta>()
    .views("rows") { $0.rows }
    .integer("revision") { $0.revision }
}
