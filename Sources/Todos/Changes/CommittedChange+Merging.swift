extension CommittedChange {
  /// Returns this change and the one after it as one, where both do nothing but update todos that stay where they are;
  /// nil where that is not so.
  ///
  /// - Parameter next: the change of the same list that was committed next.
  public func merged(with next: CommittedChange) -> CommittedChange? {
    guard onlyUpdates, next.onlyUpdates, next.previousRevision == revision else { return nil }
    let again = Set(next.todos.map(\.todo.id))
    return CommittedChange(
      list: next.list, previousRevision: previousRevision, revision: next.revision,
      indexRevision: next.indexRevision, turnsIndex: turnsIndex && next.turnsIndex,
      previousOpenCount: previousOpenCount,
      previousCompletedCount: previousCompletedCount, listChange: nil,
      todos: todos.filter { !again.contains($0.todo.id) } + next.todos, removed: [], deletion: nil)
  }

  private var onlyUpdates: Bool {
    listChange == nil && deletion == nil && removed.isEmpty && todos.allSatisfy { $0.kind == .updated }
  }
}

extension [CommittedChange] {
  /// The same changes of one list with neighbours put together where that is possible, so that a todo that has been
  /// updated again and again is there once.
  public var merged: [CommittedChange] {
    reduce(into: []) { merged, change in
      if let both = merged.last?.merged(with: change) {
        merged[merged.endIndex - 1] = both
      } else {
        merged.append(change)
      }
    }
  }
}
