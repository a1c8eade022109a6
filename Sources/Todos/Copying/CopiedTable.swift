/// A table that every store has, by which its rows go from one to another.
struct CopiedTable: Sendable {
  let name: String
  /// The first is the key, by which the rows are in order.
  let columns: [Column]
  /// Which rows are copied, in SQL.
  let condition: String

  struct Column: Sendable {
    let name: String
    let kind: Kind
  }

  enum Kind: Sendable { case number, flag, time, text }

  var key: Column { columns[0] }
  var columnNames: String { columns.map(\.name).joined(separator: ", ") }
  /// Before the first row's key.
  var start: CopiedValue { key.kind == .text ? .text("") : .number(0) }

  /// All of them, those that others refer to first.
  static let all = [deletions, lists, todos, commands]
  /// Those whose rows have numbers of their own, which are never given twice.
  static let numbered = [deletions, lists, todos]

  private static let deletions = CopiedTable(
    "deletions", ["id": .number, "list": .number, "time": .time, "size": .number])
  private static let lists = CopiedTable(
    "lists",
    [
      "id": .number, "name": .text, "title": .text, "revision": .number, "deletion": .number, "todo_count": .number,
      "completed_count": .number, "title_bytes": .number,
    ])
  private static let todos = CopiedTable(
    "todos",
    [
      "id": .number, "list": .number, "title": .text, "completed": .flag, "position": .number, "deletion": .number,
    ])
  // Keys without it are of versions before, and of no use after an hour.
  private static let commands = CopiedTable(
    "commands",
    ["key": .text, "time": .time, "list": .text, "revision": .number, "added": .number, "command": .number],
    where: "command IS NOT NULL")

  private init(_ name: String, _ columns: KeyValuePairs<String, Kind>, where condition: String = "TRUE") {
    self.name = name
    self.columns = columns.map { Column(name: $0.key, kind: $0.value) }
    self.condition = condition
  }
}

/// What stands in one column of one row, in any store.
enum CopiedValue: Equatable, Sendable {
  case null
  case number(Int64)
  case flag(Bool)
  case time(Double)
  case text(String)
}

/// What a store counts beside its rows.
struct CopiedCounters: Equatable, Sendable {
  /// The highest revision that has been given to a list or to the index of all: what comes next is greater.
  var revision: Int64
  /// The highest number of a row that has been given in each of ``CopiedTable/numbered``.
  var numbers: [Int64]
  var lists: Int64
  var deletions: Int64
  var deletedTodos: Int64
}
