/// What a store can be told to change. Each is carried out whole or not at all; see ``TodoStore/carryOut(_:key:)``.
public enum TodoCommand: Hashable, Sendable {
  /// Adds todos at the end of a list, which is made if it is not there: with the title, or with one made of its name.
  case add([NewTodo], to: ListName, titled: Title? = nil)
  /// Completes a todo or opens it again; with nil, whichever it is not.
  case setCompleted(Bool?, Todo.ID, in: ListName)
  /// Completes all todos or opens all again; with nil, completes them unless all are.
  case setAllCompleted(Bool?, in: ListName)
  /// Gives a todo another title.
  case edit(Todo.ID, in: ListName, title: Title)
  /// Moves a todo within its list.
  case move(Todo.ID, in: ListName, to: TodoPlace)
  /// Deletes a todo.
  case delete(Todo.ID, in: ListName)
  /// Deletes all completed todos of a list.
  case clearCompleted(in: ListName)
  /// Makes a list, with the name or, with nil, with one that is made of the title and free.
  case makeList(Title, named: ListName? = nil)
  /// Gives a list another title.
  case rename(ListName, to: Title)
  /// Deletes a list with all its todos.
  case deleteList(ListName)
  /// Brings back what one command deleted; of an unlisted list only where that is named.
  case undo(DeletionID, in: ListName? = nil)
}
