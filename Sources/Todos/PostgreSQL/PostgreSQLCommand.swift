#if PostgreSQL
  import Foundation

  /// A command as it is carried out in PostgreSQL: by the function `carry_out`, whose parameters it fills in.
  struct PostgreSQLCommand: Sendable {
    private let command: TodoCommand
    private let key: CommandKey?
    private let limits: TodoLimits
    private let now: Date

    init(_ command: TodoCommand, key: CommandKey?, limits: TodoLimits, now: Date) {
      (self.command, self.key, self.limits, self.now) = (command, key, limits, now)
    }

    /// The list that is changed, as far as its name is known.
    var list: ListName? {
      switch command {
      case .add(_, let name, _), .setCompleted(_, _, let name), .setAllCompleted(_, let name), .edit(_, let name, _),
        .move(_, let name, _), .delete(_, let name), .clearCompleted(let name), .rename(let name, _),
        .deleteList(let name):
        name
      case .makeList(_, let name): name
      case .undo: nil
      }
    }

    /// The deletion that is undone.
    var undone: DeletionID? { if case .undo(let id, _) = command { id } else { nil } }

    /// About how many rows it writes; nil where that may be many.
    var rowCount: Int? {
      switch command {
      case .add(let todos, _, _): todos.count > CommitBounds.lightRows ? nil : todos.count
      case .setAllCompleted, .clearCompleted, .undo: nil
      default: 1
      }
    }

    private struct Arguments {
      var kind: String
      var list: ListName?
      var id: Int64?
      var other: Int64?
      var number: Int64?
      var wanted: Bool?
      var title: String?
      var titles: [String?] = []
      var states: [Bool] = []
    }

    private var arguments: Arguments {
      switch command {
      case .add(let todos, let name, let title):
        Arguments(
          kind: "add", list: name, title: title?.text ?? name.impliedTitle, titles: todos.map(\.title.text),
          states: todos.map(\.isCompleted))
      case .setCompleted(let wanted, let id, let name): Arguments(kind: "complete", list: name, id: id, wanted: wanted)
      case .setAllCompleted(let wanted, let name): Arguments(kind: "complete all", list: name, wanted: wanted)
      case .edit(let id, let name, let title): Arguments(kind: "edit", list: name, id: id, title: title.text)
      case .move(let id, let name, .after(let other)): Arguments(kind: "move", list: name, id: id, other: other)
      case .move(let id, let name, .number(let number)):
        Arguments(kind: "move", list: name, id: id, number: Int64(number))
      case .delete(let id, let name): Arguments(kind: "delete", list: name, id: id)
      case .clearCompleted(let name): Arguments(kind: "clear", list: name)
      case .makeList(let title, let name):
        Arguments(kind: "make", list: name, title: title.text, titles: [ListName(slugifying: title)?.text])
      case .rename(let name, let title): Arguments(kind: "rename", list: name, title: title.text)
      case .deleteList(let name): Arguments(kind: "delete list", list: name)
      case .undo(let id, let name): Arguments(kind: "undo", list: name, id: id)
      }
    }

    /// What the server is sent.
    var statement: PostgreSQLStatement {
      let arguments = arguments
      let bounds = [
        limits.todosPerList, limits.titleBytesPerList, limits.lists, limits.deletions.count, limits.deletions.todos,
        TodoLimits.purgedAtOnce, TodoLimits.todosPurgedAtOnce,
      ]
      return PostgreSQLStatement(
        sql: "SELECT * FROM carry_out($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        values: [
          .text(arguments.kind), .text(arguments.list?.text), .int(arguments.id), .int(arguments.other),
          .int(arguments.number), .bool(arguments.wanted), .text(arguments.title), .texts(arguments.titles),
          .bools(arguments.states), .text(key?.text), .int(key.map { Int64(bitPattern: $0.command) }),
          .double(now.timeIntervalSince1970), .double(limits.oldestDeletion(at: now)),
          .double(limits.oldestKey(at: now)), .ints(bounds.map(Int64.init)),
        ])
    }

    /// Why it was refused, by the word that `carry_out` has for it.
    func error(for refusal: String) -> TodosError {
      let arguments = arguments
      switch (refusal, arguments.list) {
      case ("key", _): return .usedCommandKey
      case ("list", let name?): return .noSuchList(name)
      case ("todo", let name?): return .noSuchTodo(arguments.id ?? 0, in: name)
      case ("other", let name?): return .noSuchTodo(arguments.other ?? 0, in: name)
      case ("deletion", _): return .noSuchDeletion(arguments.id ?? 0)
      case ("todos", _): return .tooManyTodos(limit: limits.todosPerList)
      case ("bytes", _): return .titlesTooLarge(limit: limits.titleBytesPerList)
      case ("lists", _): return .tooManyLists(limit: limits.lists)
      default: return .unavailable(reason: "the database refuses for a reason that is not known: \(refusal)")
      }
    }
  }
#endif
