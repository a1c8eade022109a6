/// One thing to do.
public struct Todo: Identifiable, Hashable, Sendable {
  /// Names a todo: unique in the database and never used again.
  public typealias ID = Int64

  /// The todo's name.
  public let id: ID
  /// What is to be done.
  public let title: String
  /// Whether it is done.
  public let isCompleted: Bool

  /// Describes a todo that is stored.
  public init(id: ID, title: String, isCompleted: Bool) {
    (self.id, self.title, self.isCompleted) = (id, title, isCompleted)
  }
}

/// A todo that is about to be stored.
public struct NewTodo: Hashable, Sendable {
  /// What is to be done.
  public let title: Title
  /// Whether it is done already.
  public let isCompleted: Bool

  /// Makes a todo of what is to be done.
  public init(_ title: Title, isCompleted: Bool = false) {
    (self.title, self.isCompleted) = (title, isCompleted)
  }
}

/// Where a todo is moved to.
public enum TodoPlace: Hashable, Sendable {
  /// Behind another todo of its list; with nil, to the front.
  case after(Todo.ID?)
  /// To where it is the todo of that number, counted from 1; to the end where there are not so many.
  case number(Int)
}

/// A list as it was at one revision.
public struct TodoList: Hashable, Sendable {
  /// The name in addresses.
  public let name: ListName
  /// The title for readers.
  public let title: String
  /// The number of the change that made the list what it is; 0 for one that has never been. Later changes of the list
  /// have larger numbers, also when it has been deleted and made again.
  public let revision: Int64
  /// Whether the list is stored; an unknown name is an empty list, made by its first todo.
  public let exists: Bool
  /// The todos in the list's order.
  public let todos: [Todo]

  /// Describes a list at a revision.
  public init(name: ListName, title: String, revision: Int64, exists: Bool, todos: [Todo]) {
    (self.name, self.title, self.revision) = (name, title, revision)
    (self.exists, self.todos) = (exists, todos)
  }
}

/// One list among the others.
public struct ListSummary: Hashable, Sendable {
  /// The name in addresses.
  public let name: ListName
  /// The title for readers.
  public let title: String
  /// How many todos are open.
  public let openCount: Int
  /// How many todos are done.
  public let completedCount: Int

  /// Describes a list among the others.
  public init(name: ListName, title: String, openCount: Int, completedCount: Int) {
    (self.name, self.title) = (name, title)
    (self.openCount, self.completedCount) = (openCount, completedCount)
  }
}

extension ListSummary {
  /// What is shown of a list that is not there.
  public init(unknown name: ListName) {
    self.init(name: name, title: name.impliedTitle, openCount: 0, completedCount: 0)
  }
}

/// All lists as they were after one change.
public struct ListIndex: Hashable, Sendable {
  /// How many changes there have been of any list.
  public let revision: Int64
  /// The lists by their titles.
  public let lists: [ListSummary]

  /// Describes the index at a revision.
  public init(revision: Int64, lists: [ListSummary]) {
    (self.revision, self.lists) = (revision, lists)
  }
}

/// Names what one command deleted, for ``TodoStore/undo(_:in:key:)``.
public typealias DeletionID = Int64

/// What a command did.
public struct Change: Hashable, Sendable {
  /// The list that was asked to change.
  public let list: ListName
  /// The list's revision after the command.
  public let revision: Int64
  /// Whether anything is different now; a command that changes nothing takes no revision, and one that is sent again
  /// has that of the first time.
  public let didChange: Bool
  /// The todo that was added; the last one of several.
  public var added: Todo.ID?
  /// What was deleted, if anything was.
  public var deletion: Deletion?
  /// How many todos were added, changed or taken away: the work that it was.
  public var todoCount = 0

  /// Describes what a command did to a list.
  public init(
    list: ListName, revision: Int64, didChange: Bool, added: Todo.ID? = nil, deletion: Deletion? = nil,
    todoCount: Int = 0
  ) {
    (self.list, self.revision, self.didChange) = (list, revision, didChange)
    (self.added, self.deletion, self.todoCount) = (added, deletion, todoCount)
  }
}

/// What one command deleted and ``TodoStore/undo(_:in:key:)`` brings back.
public struct Deletion: Identifiable, Hashable, Sendable {
  /// Names the deletion.
  public let id: DeletionID
  /// The list that it was, or that the todos were in.
  public let list: ListName
  /// What it was, in a reader's words.
  public let subject: Subject

  /// Describes a deletion.
  public init(id: DeletionID, list: ListName, subject: Subject) {
    (self.id, self.list, self.subject) = (id, list, subject)
  }

  /// What a deletion took away.
  public enum Subject: Hashable, Sendable {
    /// One todo, by its title.
    case todo(String)
    /// So many completed todos.
    case completedTodos(Int)
    /// A whole list, by its title.
    case list(String)
  }
}
