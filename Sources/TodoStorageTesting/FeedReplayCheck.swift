import Testing
import TodoStorage

extension TodoStoreContract {
  /// Commands at random, against a model and against what the feed tells.
  static let randomChecks = [
    Check("random commands leave the list as a plain array would be") { try await $0.matchModel() },
    Check(
      testDescription: "who follows the feed has what is stored, after every command of every kind",
      run: StoreUnderTest.replay),
  ]
}

extension StoreUnderTest {
  /// Follows as many stores as it takes to see every kind of change.
  fileprivate static func replay(_ contract: TodoStoreContract) async throws {
    var seen: Set<String> = []
    for seed in 1...3 as ClosedRange<UInt64> {
      let subject = try await StoreUnderTest(contract, limits: RandomCommands.limits)
      seen.formUnion(try await subject.follow(seed))
    }
    #expect(
      seen.isSuperset(of: [
        "list made", "list made with todos", "list renamed", "list deleted", "list brought back", "lists merged",
        "todos added", "todo added", "todo updated", "todos updated", "todo moved", "todo deleted", "todos deleted",
        "todos brought back", "several at once", "nothing",
      ]), "\(seen.sorted())")
  }

  /// Follows random commands, and returns what kinds of change there were.
  private func follow(_ seed: UInt64) async throws -> Set<String> {
    var commands = try RandomCommands(self, seed: seed)
    var feed = store.committedChanges().makeAsyncIterator()
    var followed = FollowedLists()
    var seen: Set<String> = []
    for step in 0..<800 {
      let changes = try await commands.run()
      var told: [CommittedChange] = []
      while told.count < changes.count(where: \.didChange) {
        let commit = try #require(await feed.next())
        if commit.count > 1 { seen.insert("several at once") }
        told += commit
      }
      if changes.count < 6 && !changes.contains(where: \.didChange) { seen.insert("nothing") }
      #expect(Set(told.map { $0.change }) == Set(changes.filter(\.didChange)))
      for change in told {
        try followed.take(change)
        seen.insert(change.description(followed.deletedLists))
      }
      #expect(try await followed.all == store.lists(), "seed \(seed), step \(step)")
      for name in commands.names {
        let stored = try await store.list(name)
        let isForgotten = !stored.exists && stored.revision == 0
        #expect(isForgotten ? !followed.list(name).exists : followed.list(name) == stored, "seed \(seed), step \(step)")
      }
    }
    // No change of its own is taken for another's.
    #expect(try await !store.takeChangesOfOthers())
    try close()
    // Nothing was told but what was answered.
    #expect(await feed.next() == nil)
    return seen
  }
}

extension CommittedChange {
  /// What kind of change it is, for a test to know which kinds it has met.
  fileprivate func description(_ deletedLists: Set<DeletionID>) -> String {
    switch (listChange, deletion, todos.first?.kind) {
    case (.made, .undone, _): "list brought back"
    case (.made, _, nil): "list made"
    case (.made, _, _): "list made with todos"
    case (.renamed, _, _): "list renamed"
    case (.deleted, _, _): "list deleted"
    case (nil, .undone(let id), _): deletedLists.contains(id) ? "lists merged" : "todos brought back"
    case (nil, .made, _): removed.count > 1 ? "todos deleted" : "todo deleted"
    case (nil, nil, .inserted): todos.count > 1 ? "todos added" : "todo added"
    case (nil, nil, .updated): todos.count > 1 ? "todos updated" : "todo updated"
    case (nil, nil, .moved): "todo moved"
    case (nil, nil, nil): "nothing that is known"
    }
  }
}
