/// What came of a command.
enum Outcome: Sendable {
  /// It changed something.
  case changed(CommittedChange)
  /// It had nothing to do, or had been carried out before.
  case unchanged(Change)

  /// What is told to those who follow the store.
  var committed: CommittedChange? {
    if case .changed(let change) = self { change } else { nil }
  }

  /// What the command's caller is answered.
  var change: Change {
    switch self {
    case .unchanged(let change): change
    case .changed(let committed): committed.change
    }
  }
}

extension CommittedChange {
  /// What the caller of the command that made it is answered.
  public var change: Change {
    Change(
      list: list.name, revision: revision, didChange: true, added: added, deletion: deleted, todoCount: todoCount)
  }

  fileprivate var added: Todo.ID? {
    if case .undone = deletion { return nil }
    return todos.last { $0.kind == .inserted }?.todo.id
  }

  /// A deleted list names none of its todos.
  fileprivate var todoCount: Int {
    listChange == .deleted ? previousOpenCount + previousCompletedCount : todos.count + removed.count
  }

  fileprivate var deleted: Deletion? {
    if case .made(let deletion) = deletion { deletion } else { nil }
  }
}
