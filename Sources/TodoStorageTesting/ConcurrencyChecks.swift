import Testing
import TodoStorage

extension TodoStoreContract {
  /// Commands that come at the same time.
  static let concurrencyChecks = [
    Check("200 concurrent adds are all there, in one order, each with a revision of its own") {
      try await $0.concurrent()
    },
    Check("a command that fails beside others in one commit undoes only itself") { try await $0.failingAlone() },
    Check("those on many lists at the same time are all there, and told in the order of their revisions") {
      try await $0.manyLists()
    },
    Check("two servers on one database change the same lists at the same time, and lose nothing") {
      try await $0.twoServers()
    },
  ]
}

extension StoreUnderTest {
  fileprivate func concurrent() async throws {
    let changes = try await withThrowingTaskGroup(of: Change.self) { group in
      for number in 0..<200 { group.addTask { try await store.add(Title("todo \(number)"), to: groceries) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let list = try await store.list(groceries)
    #expect(Set(changes.map(\.revision)).count == 200)
    #expect(list.todos.map(\.id) == changes.sorted { $0.revision < $1.revision }.compactMap(\.added))
    #expect(Set(list.todos.map(\.title)).count == 200)
  }

  fileprivate func failingAlone() async throws {
    let results = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<100 {
        group.addTask {
          do {
            if number % 2 == 0 {
              _ = try await store.add(Title("todo \(number)"), to: groceries)
            } else {
              _ = try await store.delete(-1, in: groceries)
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { $0 }.count == 50)
    #expect(try await store.list(groceries).todos.count == 50)
  }

  fileprivate func manyLists() async throws {
    var feed = store.committedChanges().makeAsyncIterator()
    let names = try (0..<20).map { try ListName("list-\($0)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for name in names {
        group.addTask { [store] in for _ in 0..<10 { _ = try await store.add(Title("todo"), to: name) } }
      }
      try await group.waitForAll()
    }
    var told: [CommittedChange] = []
    while told.count < 200 { told += try #require(await feed.next()) }
    #expect(told.map(\.indexRevision) == Array(1...200))
    #expect(zip(told, told.dropFirst()).allSatisfy { $0.revision < $1.revision })
    for name in names {
      let changes = told.filter { $0.list.name == name }
      #expect(zip(changes, changes.dropFirst()).allSatisfy { $0.revision == $1.previousRevision })
      #expect(try await changes.last?.revision == store.list(name).revision)
    }
    #expect(try await store.lists().lists.allSatisfy { $0.openCount == 10 })
  }

  fileprivate func twoServers() async throws {
    let other = try await openAgain()
    var feeds = [store.committedChanges(), other.committedChanges()].map { $0.makeAsyncIterator() }
    let names = try (0..<5).map { try ListName("list-\($0)") }
    let changes = try await withThrowingTaskGroup(of: Change.self) { group in
      for (server, neighbor) in [(store, other), (other, store)] {
        for number in 0..<100 {
          group.addTask {
            let name = names[number % names.count]
            let change = try await server.add(Title("todo \(number)"), to: name)
            // Who has been answered by one reads it at the other.
            let state = try #require(try await neighbor.state(of: name))
            #expect(state.revision >= change.revision)
            return change
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for name in names {
      let list = try await store.list(name)
      let added = changes.filter { $0.list == name }.sorted { $0.revision < $1.revision }
      #expect(list.todos.map(\.id) == added.compactMap(\.added) && list.todos.count == 40)
      #expect(try await other.list(name) == list)
    }
    #expect(try await store.lists().revision == 200)
    var told: [CommittedChange] = []
    for place in feeds.indices {
      let before = told.count
      while told.count < before + 100 { told += try #require(await feeds[place].next()) }
      #expect(zip(told[before...], told[(before + 1)...]).allSatisfy { $0.indexRevision < $1.indexRevision })
    }
    // The same step of the index is never taken by two.
    let steps = told.filter(\.turnsIndex).map(\.indexRevision)
    #expect(Set(steps).count == steps.count && steps.allSatisfy { (1...200).contains($0) })
    for server in [store, other] { #expect(try await server.takeChangesOfOthers()) }
    try other.close()
  }
}
