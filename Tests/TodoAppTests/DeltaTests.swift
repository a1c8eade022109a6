import Foundation
import Testing
import TodoTestSupport
import TodoStorage

@Suite("DeltaViews: a page that follows", .timeLimit(.minutes(5))) struct DeltaTests {
  /// Follows a stream until it shows a revision.
  private func follow(_ stream: EventReader, _ shown: inout ShownList, to revision: Int64) async throws {
    while shown.revision ?? -1 < revision, let event = try await stream.next() { try shown.apply(event) }
    #expect(shown.revision == revision)
  }

  private func page(_ app: some AppUnderTest, _ list: String = "a") async throws -> ShownList {
    try ShownList(html: try await app.get("/lists/\(list)").text)
  }

  @Test("a page needs no frame: its stream sends only what is newer than it")
  func page() async throws {
    try await RunningApp.with { app in
      for number in 1...3 { _ = try await app.post("/todos/a", form: "newTodo=\(number)") }
      let html = try await app.get("/lists/a").text
      #expect(html.contains(#"<data id="revision" value="3"></data>"#))
      let stream = try await EventReader("/subscribe/a?tab=1&after=3", on: ClientConnection(to: app.address))
      #expect(try await stream.next(orHeartbeat: true)?.data == EventReader.heartbeat)
      _ = try await app.post("/todos/a", form: "newTodo=4")
      var shown = try ShownList(html: html)
      try await follow(stream, &shown, to: 4)
      #expect(shown == (try await page(app)))
    }
  }

  @Test("a page that has had a part of a delta when its line was cut is whole when it has come back")
  func cut() async throws {
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      _ = try await store.add((1...80).map { NewTodo(try Title("todo \($0)")) }, to: name)
      var shown = try await page(app)
      let stream = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      // Before it follows, what is added would come with the list.
      #expect(try await stream.next(orHeartbeat: true)?.data == EventReader.heartbeat)
      _ = try await store.add(Title("new"), to: name)
      while shown.rows.count == 80 { try shown.apply(try #require(try await stream.next())) }
      #expect(shown.mark == 1)
      let other = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      try await follow(other, &shown, to: 2)
      #expect(shown == (try await page(app)))
      _ = try await store.edit(1, in: name, title: Title("edited"))
      try await follow(other, &shown, to: 3)
      #expect(shown == (try await page(app)))
    }
  }

  @Test(
    "whatever is done to a list, the page that followed is the one that is loaded, element for element",
    arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      _ = try await store.add((1...80).map { NewTodo(try Title("todo \($0)"), isCompleted: $0 % 3 == 0) }, to: name)
      var shown = try await page(app)
      let stream = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      var deletions: [DeletionID] = []
      for step in 0..<200 {
        let todos = try await store.list(name).todos
        let id = todos.randomElement(using: &random)?.id ?? 0
        let title = try Title("new \(step) https://example.org/?a&b <b>")
        let before = deletions.count
        var change: Change?
        do throws(TodosError) {
          switch Int.random(in: 0..<22, using: &random) {
          case 0...3: change = try await store.edit(id, in: name, title: title)
          case 4...8: change = try await store.setCompleted(nil, id, in: name)
          case 9...11: change = try await store.add(title, to: name)
          case 12: change = try await store.add((0..<9).map { NewTodo(title, isCompleted: $0 % 2 == 0) }, to: name)
          case 13...14: change = try await store.delete(id, in: name)
          case 15...16: change = try await store.move(id, in: name, after: todos.randomElement(using: &random)?.id)
          case 17: change = try await store.rename(name, to: title)
          case 18: change = try await store.setAllCompleted(nil, in: name)
          case 19: change = step % 4 == 0 ? try await store.clearCompleted(in: name) : nil
          case 20: change = step % 4 == 0 ? try await store.deleteList(name) : nil
          default:
            if let last = deletions.popLast() { change = try await store.undo(last) }
          }
        } catch {}
        if let change, change.didChange {
          if let deletion = change.deletion, deletions.count == before { deletions.append(deletion.id) }
          try await follow(stream, &shown, to: change.revision)
        }
        let loaded = try await page(app)
        let difference = shown.difference(from: loaded)
        try #require(difference == nil, "seed \(seed), step \(step)")
        if step == 199 { #expect(shown.deltas > 60) }
      }
    }
  }

  @Test("whatever is done to lists, the index that followed is the one that is loaded", arguments: [1, 2] as [UInt64])
  func index(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    try await RunningApp.with { app in
      let store = app.store
      var shown = try ShownList(html: try await app.get("/").text)
      let stream = try await EventReader("/subscribe?after=0", on: ClientConnection(to: app.address))
      var deletions: [DeletionID] = []
      for step in 0..<120 {
        let lists = try await store.lists().lists
        let (name, title) = (lists.randomElement(using: &random)?.name, try Title("list \((step * 37) % 50)"))
        var change: Change?
        switch (Int.random(in: 0..<8, using: &random), name) {
        case (0...1, _), (_, nil): change = try await store.makeList(title)
        case (2...4, let name?): change = try await store.add(title, to: name)
        case (5, let name?): change = try await store.rename(name, to: title)
        case (6, let name?):
          change = try await store.deleteList(name)
          deletions += [change?.deletion?.id].compactMap { $0 }
        default: if let last = deletions.popLast() { change = try await store.undo(last) }
        }
        if let change, change.didChange { try await follow(stream, &shown, to: change.revision) }
        #expect(shown == (try ShownList(html: try await app.get("/").text)), "seed \(seed), step \(step)")
      }
      #expect(shown.deltas > 60)
    }
  }

  @Test(
    "of a list of few todos a change is broadcast whole, and of a longer one its row",
    arguments: [(3, true), (80, false)])
  func wholeLists(count: Int, isWhole: Bool) async throws {
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      let ids = try await store.add((1...count).map { NewTodo(try Title("todo \($0)")) }, to: name)
      let stream = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      _ = try await stream.next(orHeartbeat: true)
      _ = try await store.edit(try #require(ids.added), in: name, title: Title("milk"))
      let event = try #require(try await stream.next(containing: "milk"))
      #expect(event.data.contains(">todo 2<") == isWhole)
    }
  }

  @Test("a todo that is changed again and again while a page is away is sent once")
  func again() async throws {
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      let ids = try await store.add((1...80).map { NewTodo(try Title("todo \($0)")) }, to: name)
      var shown = try await page(app)
      // Nobody is on the topic meanwhile, so nothing has been broadcast that could be sent.
      for number in 1...50 { _ = try await store.edit(try #require(ids.added), in: name, title: Title("\(number)")) }
      let stream = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      let event = try #require(try await stream.next())
      try shown.apply(event)
      #expect(event.data.utf8.count < 700 && shown.deltas == 1)
      #expect(shown == (try await page(app)))
    }
  }

  @Test("what one changed title costs does not grow with the list")
  func size() async throws {
    try await RunningApp.with { app in
      let (store, name) = (app.store, try ListName("a"))
      let ids = try await store.add((1...5_000).map { NewTodo(try Title("todo \($0)")) }, to: name)
      let stream = try await EventReader("/subscribe/a?after=1", on: ClientConnection(to: app.address))
      _ = try await stream.next(orHeartbeat: true)
      _ = try await store.edit(try #require(ids.added), in: name, title: Title("milk"))
      let event = try #require(try await stream.next(containing: "milk"))
      #expect(event.data.utf8.count < 700, "\(event.data)")
    }
  }
}
