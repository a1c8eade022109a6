import Testing
import TodoTestSupport
import TodoStorage

@testable import TodoApp

@Suite("RecentChanges: for those who come back") struct RecentChangesTests {
  /// Makes changes to two lists, and returns all that was told of them.
  private func committed(_ body: (any TodoStore) async throws -> Void) async throws -> [CommittedChange] {
    var told: [CommittedChange] = []
    try await TestApp.with { app in
      var feed = app.store.committedChanges().makeAsyncIterator()
      try await body(app.store)
      let last = try await app.store.lists().revision
      while told.last?.revision != last, let changes = await feed.next() { told += changes }
    }
    return told
  }

  @Test("all that has changed since is returned, or nothing")
  func since() async throws {
    let (a, b) = (try ListName("a"), try ListName("b"))
    let told = try await committed { store in
      for title in ["1", "2", "3"] {
        _ = try await store.add(Title(title), to: a)
        _ = try await store.add(Title(title), to: b)
      }
    }
    let recent = RecentChanges(sizeLimit: 800)
    recent.add(told)
    // Each takes some 265 bytes: three are kept, 4 to 6.
    #expect(recent.changes(of: .index, after: 3).map(\.revision) == [4, 5, 6])
    #expect(recent.changes(of: .index, after: 2).isEmpty && recent.changes(of: .index, after: 6).isEmpty)
    #expect(recent.changes(of: .list(a), after: 3).map(\.revision) == [5])
    #expect(recent.changes(of: .list(b), after: 2).map(\.revision) == [4, 6])
    #expect(recent.changes(of: .list(a), after: 1).isEmpty && recent.changes(of: .list(b), after: 3).isEmpty)
  }

  @Test("whoever waits for a change goes on when it has been told of, and in the end without")
  func waiting() async throws {
    let told = try await committed { store in _ = try await store.add(Title("1"), to: ListName("a")) }
    let recent = RecentChanges()
    let waiting = Task {
      await recent.reach(1, of: .index)
      return recent.kept(of: .index, after: 0).count
    }
    recent.add(told)
    #expect(await waiting.value == 1)
    // Told of by nobody.
    await recent.reach(2, of: .index)
  }

  @Test("who comes back to a list that nobody was on is sent three changes, and not the list")
  func comingBack() async throws {
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      let ids = try await store.add((1...1_000).map { NewTodo(try Title("todo \($0)")) }, to: name)
      var shown = try ShownList(html: try await app.get("/lists/a").text)
      for title in ["x", "y", "z"] { _ = try await store.edit(try #require(ids.added), in: name, title: Title(title)) }
      for path in ["/subscribe/a?after=1", "/subscribe?after=1"] {
        let stream = try await EventReader(path, on: ClientConnection(to: app.address))
        var size = 0
        while let event = try await stream.next(orHeartbeat: true), event.data != EventReader.heartbeat {
          size += event.data.utf8.count
          if path.hasPrefix("/subscribe/") { try shown.apply(event) }
        }
        #expect(size > 0 && size < 2_000)
      }
      #expect(shown == (try ShownList(html: try await app.get("/lists/a").text)))
    }
  }
}
