// The commands, each by a method of its own. All throw `TodosError.noSuchList` and `noSuchTodo` for what is not there, and
// `unavailable` where the database fails. With the key of a command that has been carried out, nothing is done and nothing
// thrown: what is returned is that command's change.

extension TodoStore {
  /// Adds a todo at the end of a list, which is made if it is not there.
  ///
  /// - Throws: as ``add(_:to:titled:key:)``.
  public func add(_ title: Title, to name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await carryOut(.add([NewTodo(title)], to: name), key: key)
  }

  /// Adds todos in their order at the end of a list, all or none; the list is made if it is not there.
  ///
  /// - Parameter listTitle: the title of a list that has to be made; without one it is made of the name.
  /// - Throws: ``TodosError/tooManyTodos(limit:)``, ``TodosError/titlesTooLarge(limit:)``,
  ///   ``TodosError/tooManyLists(limit:)``.
  public func add(
    _ todos: [NewTodo], to name: ListName, titled listTitle: Title? = nil, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.add(todos, to: name, titled: listTitle), key: key)
  }

  /// Completes a todo or opens it again; with nil, whichever it is not.
  public func setCompleted(
    _ isCompleted: Bool?, _ id: Todo.ID, in name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.setCompleted(isCompleted, id, in: name), key: key)
  }

  /// Completes all todos or opens all again; with nil, completes them unless all are.
  public func setAllCompleted(
    _ isCompleted: Bool?, in name: ListName, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.setAllCompleted(isCompleted, in: name), key: key)
  }

  /// Gives a todo another title.
  ///
  /// - Throws: ``TodosError/titlesTooLarge(limit:)``.
  public func edit(
    _ id: Todo.ID, in name: ListName, title: Title, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.edit(id, in: name, title: title), key: key)
  }

  /// Moves a todo behind another one of its list; with nil, to the front.
  public func move(
    _ id: Todo.ID, in name: ListName, after other: Todo.ID?, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.move(id, in: name, to: .after(other)), key: key)
  }

  /// Moves a todo within its list.
  public func move(
    _ id: Todo.ID, in name: ListName, to place: TodoPlace, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.move(id, in: name, to: place), key: key)
  }

  /// Deletes a todo; what is returned says how to undo it.
  public func delete(_ id: Todo.ID, in name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await carryOut(.delete(id, in: name), key: key)
  }

  /// Deletes all completed todos of a list; what is returned says how to undo it.
  public func clearCompleted(in name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await carryOut(.clearCompleted(in: name), key: key)
  }

  /// Makes a list with a title, and a name for it that is free: `c` of "C", `c-2` of "C++" after it, `list-1` of "日本".
  ///
  /// No name is given that a deleted list has for as long as it can be brought back: it comes back as it was then, and
  /// its todos do not end in a list that has nothing to do with them.
  ///
  /// - Parameter isUnlisted: whether it is for people with its link only, by a name that nobody can guess.
  /// - Throws: ``TodosError/tooManyLists(limit:)``.
  public func makeList(
    _ title: Title, isUnlisted: Bool = false, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.makeList(title, named: isUnlisted ? .unlisted() : nil), key: key)
  }

  /// Gives a list another title; its name, and with it its address, stays.
  public func rename(
    _ name: ListName, to title: Title, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.rename(name, to: title), key: key)
  }

  /// Deletes a list with all its todos; what is returned says how to undo it.
  public func deleteList(_ name: ListName, key: CommandKey? = nil) async throws(TodosError) -> Change {
    try await carryOut(.deleteList(name), key: key)
  }

  /// Brings back what one command deleted, in its place and with its ids.
  ///
  /// If the list was deleted and another of its name has been made since, the todos come back at the end of that one.
  ///
  /// - Parameter name: the list, which has to be said of an unlisted one: deletions are numbered, and whoever counts up
  ///   is not to learn of it.
  /// - Throws: ``TodosError/noSuchDeletion(_:)`` for one that is unknown, undone or older than ``TodoLimits/undo``;
  ///   ``TodosError/tooManyTodos(limit:)``, ``TodosError/titlesTooLarge(limit:)`` and
  ///   ``TodosError/tooManyLists(limit:)`` where others have taken its place.
  public func undo(
    _ id: DeletionID, in name: ListName? = nil, key: CommandKey? = nil
  ) async throws(TodosError) -> Change {
    try await carryOut(.undo(id, in: name), key: key)
  }
}
