import DatastarLocking
import TodoStorage

/// Commands at random on a few lists: of all kinds, also such as are refused, sent again, or have nothing to do.
package struct RandomCommands {
  typealias Command = @Sendable () async throws -> Change

  package let subject: StoreUnderTest
  let names: [ListName]
  private var random: SeededNumbers
  private var number = 0
  /// What can be undone, or could.
  private let deletions = Locked<[DeletionID]>([])
  private var store: any TodoStore { subject.store }

  /// How much the store takes in: little, so that its limits are met often.
  package static var limits: TodoLimits {
    var limits = TodoLimits()
    (limits.lists, limits.todosPerList, limits.deletions) = (3, 40, (count: 20, todos: 120))
    return limits
  }

  /// - Parameter subject: with ``limits``.
  package init(_ subject: StoreUnderTest, seed: UInt64) throws {
    self.subject = subject
    names = try ["a", "b", "c", "d"].map { try ListName($0) }
    random = SeededNumbers(seed: seed)
  }

  /// Carries out one command, or a few at the same time, and returns what was done.
  package mutating func run() async throws -> [Change] {
    if Int.random(in: 0..<200, using: &random) == 0 { subject.advance(by: 1_000) }
    var commands: [Command] = []
    for _ in 0..<(Int.random(in: 0..<4, using: &random) == 0 ? 6 : 1) { commands.append(try await next()) }
    let changes = try await withThrowingTaskGroup(of: Change?.self) { group in
      for command in commands {
        group.addTask {
          do { return try await command() } catch let error as TodosError {
            if case .unavailable = error { throw error }
            return nil
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
    }
    deletions.withLock { $0 += changes.compactMap(\.deletion?.id) }
    return changes
  }

  private mutating func next() async throws -> Command {
    number += 1
    let (store, name) = (store, names.randomElement(using: &random) ?? names[0])
    let todos = try await store.list(name).todos
    // One that is not there, or in no list, now and then.
    let id = Int.random(in: 0..<20, using: &random) == 0 ? 1 : todos.randomElement(using: &random)?.id ?? 1
    let other = Int.random(in: 0..<4, using: &random) == 0 ? nil : todos.randomElement(using: &random)?.id
    let title = try Title("\(["x", "Y", "z"].randomElement(using: &random) ?? "") \(number % 7)")
    let wanted = [nil, true, false].randomElement(using: &random) ?? nil
    // Of those before, now and then.
    let key = try CommandKey("key-\(Int.random(in: 0..<10, using: &random) == 0 ? number / 2 : number)")
    switch Int.random(in: 0..<24, using: &random) {
    case 0...4: return { try await store.add(title, to: name, key: key) }
    case 5...6:
      let todos = (0..<Int.random(in: 1...8, using: &random)).map { NewTodo(title, isCompleted: $0 % 3 == 1) }
      return { try await store.add(todos, to: name, titled: title, key: key) }
    case 7...8: return { try await store.setCompleted(wanted, id, in: name, key: key) }
    case 9...10: return { try await store.edit(id, in: name, title: title, key: key) }
    case 11...13: return { try await store.move(id, in: name, after: other, key: key) }
    case 14: return { try await store.setAllCompleted(wanted, in: name, key: key) }
    case 15...16: return { try await store.delete(id, in: name, key: key) }
    case 17: return { try await store.clearCompleted(in: name, key: key) }
    case 18:
      let title = try Title(name.text)
      return { try await store.makeList(title, key: key) }
    case 19: return { try await store.rename(name, to: title, key: key) }
    case 20: return { try await store.deleteList(name, key: key) }
    default:
      // Mostly of late.
      let deletion = deletions.withLock { deletions in
        (Bool.random(using: &random) ? deletions.suffix(4) : deletions[...]).randomElement(using: &random)
      }
      return { try await store.undo(deletion ?? 1, key: key) }
    }
  }
}
