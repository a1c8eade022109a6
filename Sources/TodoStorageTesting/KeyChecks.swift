import Testing
import TodoStorage

extension TodoStoreContract {
  /// Commands that are sent again.
  static let keyChecks = [
    Check("an add with the same key makes one todo and is answered alike, but for having changed anything") {
      try await $0.adding()
    },
    Check("a key that another command comes with is refused, and the one that it belongs to is known still") {
      try await $0.otherCommand()
    },
    Check("without a key, and with another one, the same command is carried out again") { try await $0.otherKeys() },
    Check("every command is carried out once for a key") { try await $0.everyCommand() },
    Check("of 100 that come at the same time with one key, one is carried out and all are answered alike") {
      try await $0.concurrent()
    },
    Check("a command that was refused is not remembered") { try await $0.refused() },
    Check("a key is known when the database is opened again") { try await $0.reopening() },
    Check("a key is known for an hour and not for longer") { try await $0.expiring() },
  ]
}

extension StoreUnderTest {
  private var key: CommandKey { get throws { try CommandKey("key") } }

  fileprivate func adding() async throws {
    let first = try await store.add(Title("Milk"), to: groceries, key: key)
    let between = try await store.add(Title("Tea"), to: groceries)
    let second = try await store.add(Title("Milk"), to: groceries, key: key)
    #expect(first.didChange && !second.didChange)
    #expect(second.list == groceries && second.revision == first.revision && second.added == first.added)
    #expect(try await store.titles(groceries) == ["Milk", "Tea"])
    #expect(try await store.list(groceries).revision == between.revision)
  }

  fileprivate func otherCommand() async throws {
    let own = try CommandKey("key", of: .max)
    let other = try CommandKey("key", of: 1)
    let first = try await store.add(Title("Milk"), to: groceries, key: own)
    let deleted = try await store.delete(first.added ?? 0, in: groceries)
    let deletion = try #require(deleted.deletion)
    await #expect(throws: TodosError.usedCommandKey) { try await store.add(Title("Milk"), to: groceries, key: other) }
    await #expect(throws: TodosError.usedCommandKey) { try await store.undo(deletion.id, key: other) }
    #expect(try await store.deletion(deletion.id) == deletion)
    #expect(try await store.add(Title("Milk"), to: groceries, key: own).added == first.added)
    #expect(try await store.list(groceries).revision == deleted.revision)
    advance(by: 3_601)
    _ = try await store.add(Title("Tea"), to: groceries, key: other)
    #expect(try await store.titles(groceries) == ["Tea"])
  }

  fileprivate func otherKeys() async throws {
    for key in [nil, nil, try self.key, try CommandKey("KEY")] {
      _ = try await store.add(Title("Milk"), to: groceries, key: key)
    }
    #expect(try await store.titles(groceries).count == 4)
  }

  fileprivate func everyCommand() async throws {
    let ids = try await store.add(["1", "2", "3"], to: groceries)
    let (name, two) = (groceries, ids[1])
    let made = try #require(try await store.delete(ids[2], in: name).deletion)
    let commands: [@Sendable (CommandKey) async throws -> Change] = [
      { try await store.undo(made.id, key: $0) },
      { try await store.add([NewTodo(Title("4")), NewTodo(Title("5"))], to: name, key: $0) },
      { try await store.setCompleted(nil, two, in: name, key: $0) },
      { try await store.setAllCompleted(nil, in: name, key: $0) },
      { try await store.edit(two, in: name, title: Title("two"), key: $0) },
      { try await store.move(two, in: name, after: nil, key: $0) },
      { try await store.clearCompleted(in: name, key: $0) },
      { try await store.add(Title("6"), to: name, key: $0) },
      { try await store.delete(store.list(name).todos.first?.id ?? 0, in: name, key: $0) },
      { try await store.makeList(Title("Other"), key: $0) },
      { try await store.rename(name, to: Title("Renamed"), key: $0) },
      { try await store.deleteList(name, key: $0) },
    ]
    for (number, command) in commands.enumerated() {
      let key = try CommandKey("command-\(number)")
      let first = try await command(key)
      // So that one that has nothing to do the second time could not answer as it did the first time.
      _ = try await store.add(["between"], to: first.list)
      let before = try await store.lists()
      let second = try await command(key)
      let after = try await store.lists()
      #expect(first.didChange && !second.didChange && before == after, "command \(number)")
      #expect(second.list == first.list && second.revision == first.revision, "command \(number)")
      #expect(second.added == first.added, "command \(number)")
    }
  }

  fileprivate func concurrent() async throws {
    let changes = try await withThrowingTaskGroup(of: Change.self) { group in
      for _ in 0..<100 { group.addTask { try await store.add(Title("Milk"), to: groceries, key: self.key) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(changes.filter(\.didChange).count == 1)
    #expect(Set(changes.map(\.added)).count == 1 && Set(changes.map(\.revision)).count == 1)
    #expect(try await store.titles(groceries) == ["Milk"])
  }

  fileprivate func refused() async throws {
    await #expect(throws: TodosError.noSuchList(groceries)) {
      try await store.rename(groceries, to: Title("Food"), key: key)
    }
    _ = try await store.makeList(Title("Groceries"))
    let change = try await store.rename(groceries, to: Title("Food"), key: key)
    #expect(change.didChange)
    #expect(try await store.list(groceries).title == "Food")
  }

  fileprivate func reopening() async throws {
    let first = try await store.add(Title("Milk"), to: groceries, key: key)
    try close()
    let again = try await openAgain()
    let second = try await again.add(Title("Milk"), to: groceries, key: key)
    #expect(!second.didChange && second.added == first.added)
    #expect(try await again.titles(groceries) == ["Milk"])
    try again.close()
  }

  fileprivate func expiring() async throws {
    _ = try await store.add(Title("Milk"), to: groceries, key: key)
    advance(by: 3599)
    let known = try await store.add(Title("Milk"), to: groceries, key: key)
    #expect(!known.didChange)
    advance(by: 2)
    let unknown = try await store.add(Title("Milk"), to: groceries, key: key)
    #expect(unknown.didChange)
    advance(by: 3599)
    let knownAgain = try await store.add(Title("Milk"), to: groceries, key: key)
    #expect(!knownAgain.didChange && knownAgain.added == unknown.added)
    #expect(try await store.titles(groceries).count == 2)
  }
}
