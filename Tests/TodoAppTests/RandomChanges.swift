import TodoTestSupport
import TodoStorage

/// Changes at random to a few lists, by all commands there are; each list is kept at 50 to 500 todos while it is there.
struct RandomChanges: Sendable {
  typealias Command = @Sendable (any TodoStore) async throws(TodosError) -> Change

  let names: [ListName]
  private(set) var random: SplitMix64
  /// The todos that there were when they were looked at last, by their lists.
  private var known: [ListName: [Todo.ID]] = [:]
  /// All lists, also those beside `names`.
  private var all: [ListName] = []
  private var deletions: [DeletionID] = []
  private var number = 0

  init(_ names: [ListName], seed: UInt64) {
    (self.names, random) = (names, SplitMix64(seed: seed))
  }

  /// Gives each list its first todos.
  func fill(_ store: any TodoStore) async throws {
    for (place, name) in names.enumerated() {
      let count = [80, 200, 400][place % 3]
      let todos = try (0..<count).map { NewTodo(try Title("first \($0)"), isCompleted: $0 % 4 == 0) }
      _ = try await store.add(todos, to: name)
    }
  }

  /// Carries out some commands, and returns what makes those that follow.
  func making(_ count: Int, in store: any TodoStore) async throws -> RandomChanges {
    var changes = self
    try await changes.make(count, in: store)
    return changes
  }

  /// One after the other, and now and then many at the same time.
  private mutating func make(_ count: Int, in store: any TodoStore) async throws {
    for name in names { known[name] = try await store.list(name).todos.map(\.id) }
    all = try await store.lists().lists.map(\.name)
    var left = count
    while left > 0 {
      let burst = min(left, [1, 1, 1, 1, 1, 2, 3, 5, 12, 30].randomElement(using: &random) ?? 1)
      left -= burst
      var commands: [Command] = []
      for _ in 0..<burst { commands.append(try next()) }
      let changes = try await withThrowingTaskGroup(of: Change?.self) { [commands] group in
        for command in commands { group.addTask { try await Self.outcome(of: command, in: store) } }
        return try await group.reduce(into: [Change]()) { changes, change in if let change { changes.append(change) } }
      }
      deletions = Array((deletions + changes.compactMap(\.deletion?.id)).suffix(12))
    }
  }

  /// What came of a command, nil for one that was refused: another may have deleted what it is about.
  private static func outcome(of command: Command, in store: any TodoStore) async throws -> Change? {
    do {
      return try await command(store)
    } catch {
      if case .unavailable = error { throw error }
      return nil
    }
  }

  private mutating func next() throws -> Command {
    number += 1
    let name = names.randomElement(using: &random) ?? names[0]
    let ids = known[name] ?? []
    if ids.count < 50 { return try importing(into: name, 60) }
    let (id, other) = (ids.randomElement(using: &random) ?? 0, ids.randomElement(using: &random) ?? 0)
    let title = try Title("\(number) https://example.org/?a&b <b> \"quoted\"")
    let wanted = [nil, true, false].randomElement(using: &random) ?? nil
    switch Int.random(in: 0..<1_000, using: &random) {
    case ..<260: return { store throws(TodosError) in try await store.edit(id, in: name, title: title) }
    case ..<500: return { store throws(TodosError) in try await store.setCompleted(wanted, id, in: name) }
    case ..<650: return { store throws(TodosError) in try await store.add(title, to: name) }
    case ..<670 where ids.count < 480: return try importing(into: name, Int.random(in: 2...20, using: &random))
    case ..<830: return { store throws(TodosError) in try await store.delete(id, in: name) }
    case ..<900: return { store throws(TodosError) in try await store.move(id, in: name, after: other) }
    case ..<910: return { store throws(TodosError) in try await store.move(id, in: name, after: nil) }
    case ..<920: return { store throws(TodosError) in try await store.setAllCompleted(wanted, in: name) }
    case ..<923: return { store throws(TodosError) in try await store.clearCompleted(in: name) }
    case ..<926: return deleting(name)
    case ..<932: return deleting(all.randomElement(using: &random) ?? name)
    case ..<940: return { store throws(TodosError) in try await store.rename(name, to: title) }
    case ..<948: return { store throws(TodosError) in try await store.makeList(title) }
    default:
      guard let deletion = deletions.randomElement(using: &random) else { return try importing(into: name, 5) }
      return { store throws(TodosError) in try await store.undo(deletion) }
    }
  }

  private mutating func importing(into name: ListName, _ count: Int) throws -> Command {
    let number = number
    let todos = try (0..<count).map { NewTodo(try Title("\(number).\($0)"), isCompleted: $0 % 3 == 1) }
    known[name, default: []].append(0)
    return { store throws(TodosError) in try await store.add(todos, to: name) }
  }

  /// Deletes a list with its todos; a new one, which has no todos yet, gets its first ones by the command after it.
  private mutating func deleting(_ name: ListName) -> Command {
    known[name] = []
    return { store throws(TodosError) in try await store.deleteList(name) }
  }
}
