/// What one command has changed in one list, said once it is on the disk: see ``TodoStore/committedChanges()``.
///
/// It says all that it takes to turn the list as it was at ``previousRevision`` into what it is at ``revision``: take
/// ``removed`` away, then take ``todos`` one after the other, each to behind its ``TodoChange/predecessor``.
///
/// The index of all lists turns from `indexRevision - 1` to ``indexRevision`` by it, if it ``turnsIndex``: the list's row
/// is ``list``, and ``listChange`` says where it stands if that is new.
public struct CommittedChange: Hashable, Sendable {
  /// The list's title and counts after the change: those of an unknown list where it has been deleted.
  public let list: ListSummary
  /// The list's revision before the change, as ``TodoStore/list(_:)`` had it: 0 for a list that had never been, or whose
  /// deletion can no longer be undone.
  public let previousRevision: Int64
  /// The list's revision after the change.
  public let revision: Int64
  /// The revision of the index of all lists after the change.
  public let indexRevision: Int64
  /// Whether the change is all that has turned the index from the revision before to this one. Where other processes have
  /// changed lists at the same time it may not be: what shows the index is to be shown it whole then.
  public let turnsIndex: Bool
  /// How many todos of the list were open before the change, and how many were done: none of one that was not there.
  public let previousOpenCount, previousCompletedCount: Int
  /// What became of the list among the others; nil where it stays what it was but for its todos and counts.
  public let listChange: ListChange?
  /// The todos that are new, different or elsewhere, in the list's order.
  public let todos: [TodoChange]
  /// The todos that are gone. A list that is deleted takes all of its todos along without naming them.
  public let removed: [Todo.ID]
  /// What can be undone from now on, or has been undone by this.
  public let deletion: DeletionChange?

  /// Describes what a command has changed.
  public init(
    list: ListSummary, previousRevision: Int64, revision: Int64, indexRevision: Int64, turnsIndex: Bool = true,
    previousOpenCount: Int, previousCompletedCount: Int, listChange: ListChange?, todos: [TodoChange],
    removed: [Todo.ID],
    deletion: DeletionChange?
  ) {
    (self.list, self.listChange, self.todos) = (list, listChange, todos)
    (self.removed, self.deletion) = (removed, deletion)
    (self.previousRevision, self.revision) = (previousRevision, revision)
    (self.indexRevision, self.turnsIndex) = (indexRevision, turnsIndex)
    (self.previousOpenCount, self.previousCompletedCount) = (previousOpenCount, previousCompletedCount)
  }
}

/// What became of a list among the others, which stand by their titles.
public enum ListChange: Hashable, Sendable {
  /// It was made, or made again by an undo, and stands after the list named, or first.
  case made(after: ListName?)
  /// It has another title, and stands after the list named now, or first.
  case renamed(after: ListName?)
  /// It was deleted, with all its todos.
  case deleted
}

/// What became of a todo that is in the list.
public struct TodoChange: Hashable, Sendable {
  /// The todo as it is now.
  public let todo: Todo
  /// The todo that it stands after now; nil for the first one.
  public let predecessor: Todo.ID?
  /// What is new.
  public let kind: Kind

  /// Describes what became of a todo.
  public init(todo: Todo, predecessor: Todo.ID?, kind: Kind) {
    (self.todo, self.predecessor, self.kind) = (todo, predecessor, kind)
  }

  /// What can happen to a todo that stays.
  public enum Kind: Hashable, Sendable {
    /// It is in the list, and was not before.
    case inserted
    /// It has another title or is completed or open again, and stands where it did.
    case updated
    /// It stands elsewhere.
    case moved
  }
}

/// What became of something that was deleted.
public enum DeletionChange: Hashable, Sendable {
  /// It was deleted, and can be brought back.
  case made(Deletion)
  /// It was brought back.
  case undone(DeletionID)
}
