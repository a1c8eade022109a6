import Testing

import TodoStorage

/// The lists as they are known to somebody who has nothing but what the feed says.
struct FollowedLists {
  private(set) var revision: Int64 = 0
  private var lists: [ListName: TodoList] = [:]
  private var index: [ListSummary] = []

  /// The deletions of whole lists.
  private(set) var deletedLists: Set<DeletionID> = []

  /// All lists, as ``TodoStore/lists()`` returns them.
  var all: ListIndex { ListIndex(revision: revision, lists: index) }

  /// A list, as ``TodoStore/list(_:)`` returns it.
  func list(_ name: ListName) -> TodoList {
    lists[name] ?? TodoList(name: name, title: name.impliedTitle, revision: 0, exists: false, todos: [])
  }

  mutating func take(_ change: CommittedChange) throws {
    let before = list(change.list.name)
    try #require(change.indexRevision == revision + 1)
    // That a list has been is forgotten when it cannot be brought back any more.
    try #require(change.previousRevision == before.revision || !before.exists && change.previousRevision == 0)
    revision = change.indexRevision
    if case .made(let deletion) = change.deletion, case .list = deletion.subject { deletedLists.insert(deletion.id) }
    try place(change)
    lists[before.name] = TodoList(
      name: before.name, title: change.list.title, revision: change.revision, exists: change.listChange != .deleted,
      todos: try todos(of: before, after: change))
    try #require(change.listChange != nil || before.title == change.list.title)
  }

  /// Puts the list where it stands in the index.
  private mutating func place(_ change: CommittedChange) throws {
    let place = index.firstIndex { $0.name == change.list.name }
    switch change.listChange {
    case nil: index[try #require(place)] = change.list
    case .deleted: index.remove(at: try #require(place))
    case .made(let other):
      try #require(place == nil)
      try index.insert(change.list, after: other, by: \.name)
    case .renamed(let other):
      index.remove(at: try #require(place))
      try index.insert(change.list, after: other, by: \.name)
    }
  }

  private func todos(of list: TodoList, after change: CommittedChange) throws -> [Todo] {
    var todos = list.todos
    for id in change.removed { todos.remove(at: try #require(todos.firstIndex { $0.id == id })) }
    for changed in change.todos {
      let place = todos.firstIndex { $0.id == changed.todo.id }
      switch changed.kind {
      case .inserted: try #require(place == nil)
      case .moved: todos.remove(at: try #require(place))
      case .updated:
        let place = try #require(place)
        // It stands where it stood.
        try #require((place == 0 ? nil : todos[place - 1].id) == changed.predecessor)
        try #require(todos[place] != changed.todo)
        todos.remove(at: place)
      }
      try todos.insert(changed.todo, after: changed.predecessor, by: \.id)
    }
    if change.listChange == .deleted { todos = [] }
    let completed = todos.count(where: \.isCompleted)
    try #require(change.list.completedCount == completed && change.list.openCount == todos.count - completed)
    return todos
  }
}

extension Array {
  fileprivate mutating func insert<Name: Equatable>(
    _ element: Element, after other: Name?, by name: KeyPath<Element, Name>
  ) throws {
    guard let other else { return insert(element, at: 0) }
    insert(element, at: try #require(firstIndex { $0[keyPath: name] == other }) + 1)
  }
}
