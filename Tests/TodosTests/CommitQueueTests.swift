import DatastarLocking
import Dispatch
import GRDB
import Testing
import TodoStorageTesting

@testable import TodoStorage

@Suite("CommitQueue: changes of many rows") struct CommitQueueTests {
  private let temporary: TemporaryStore
  private let name: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    temporary = try TemporaryStore()
    name = try ListName("a")
  }

  private typealias Command = @Sendable () async throws -> Change

  /// Has commands wait for one commit, each before the next, and returns what came of them in their order.
  private func atOnce(_ commands: [Command]) async throws -> [Change] {
    let gate = DispatchSemaphore(value: 0)
    let hasBegun = Locked(false)
    async let first: Void = store.commits.commit { _ in
      hasBegun.withLock { $0 = true }
      gate.wait()
    }
    while !hasBegun.withLock({ $0 }) { await Task.yield() }
    var tasks: [Task<Change, any Error>] = []
    for command in commands {
      tasks.append(Task { try await command() })
      while store.waitingCommits < tasks.count { await Task.yield() }
    }
    gate.signal()
    try await first
    var changes: [Change] = []
    for task in tasks { changes.append(try await task.value) }
    return changes
  }

  @Test("those of one row pass them, and they follow one a commit, in their order")
  func passing() async throws {
    let many = try (0..<2_500).map { NewTodo(try Title("todo \($0)")) }
    let (store, name) = (store, name)
    var commands: [Command] = []
    for number in 1...3 { commands.append { try await store.add(many, to: ListName("many-\(number)")) } }
    commands.append { try await store.add(Title("Milk"), to: name) }
    let changes = try await atOnce(commands)
    #expect(changes.map(\.revision) == [2, 3, 4, 1])
    // The one that held the others up, the first import with the single todo, and one for each of the others.
    #expect(store.commitGroupSizes.snapshot.counts.reduce(0, +) == 4)
    #expect(changes.map(\.todoCount) == [2_500, 2_500, 2_500, 1])
  }

  @Test("those on all todos of a short list pass them, too; of a long one they do not")
  func short() async throws {
    let many = try (0..<2_500).map { NewTodo(try Title("todo \($0)")) }
    let (store, short, long) = (store, name, try ListName("long"))
    _ = try await store.add(["Milk", "Bread"], to: short)
    _ = try await store.add(many, to: long)
    let changes = try await atOnce([
      { try await store.add(many, to: ListName("many")) }, { try await store.setAllCompleted(true, in: long) },
      { try await store.setAllCompleted(true, in: short) }, { try await store.clearCompleted(in: short) },
    ])
    #expect(changes.map { $0.revision - changes[2].revision } == [2, 3, 0, 1])
  }

  @Test("many of one row are committed together until they are as many as one of many, and none is lost")
  func manyOfOneRow() async throws {
    let (store, name) = (store, name)
    var commands: [Command] = []
    for number in 0..<1_000 { commands.append { try await store.add(Title("\(number)"), to: name) } }
    let changes = try await atOnce(commands)
    #expect(changes.map(\.revision) == Array(1...1_000))
    #expect(try await store.titles(name) == (0..<1_000).map(String.init))
    #expect((3...20).contains(store.commitGroupSizes.snapshot.counts.reduce(0, +)))
  }

  @Test("what is purged at once is about as much as is deleted, or a thousand todos")
  func purging() async throws {
    let many = try (0..<600).map { NewTodo(try Title("\($0)"), isCompleted: true) }
    for _ in 0..<5 {
      _ = try await store.add(many, to: name)
      _ = try await store.clearCompleted(in: name)
    }
    let id = try #require(try await store.add(["last"], to: name).first)
    temporary.advance(by: 4_000)
    _ = try await store.delete(id, in: name)
    let left = try await store.commits.commit { try Int.fetchOne($0, sql: "SELECT count(*) FROM todos") }
    #expect(left == 3 * 600 + 1)
  }
}
