import DatastarLocking
import GRDB
import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: live streams") struct LiveTests {
  @Test("a stream begins with the whole list and has every change after it")
  func snapshotAndUpdates() async throws {
    try await RunningApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let stream = try await app.subscribe("a")
      let snapshot = try #require(try await stream.next())
      #expect(snapshot.type == "datastar-patch-elements" && snapshot.id == "1")
      #expect(snapshot.data.contains("<label dir=\"auto\">milk</label>"))
      #expect(try await stream.next(orHeartbeat: true)?.data == EventReader.heartbeat)
      _ = try await app.post("/todos/a", form: "newTodo=tea")
      let update = try #require(try await stream.next(containing: "<label dir=\"auto\">tea</label>"))
      #expect(update.id == "2" && update.data.contains("<label dir=\"auto\">milk</label>"))
    }
  }

  @Test("a stream gets nothing of other lists")
  func otherLists() async throws {
    try await RunningApp.with { app in
      let stream = try await app.subscribe("a")
      _ = try await app.post("/todos/b", form: "newTodo=elsewhere")
      _ = try await app.post("/todos/a", form: "newTodo=here")
      while let event = try await stream.next() {
        #expect(!event.data.contains("elsewhere"))
        if event.data.contains("<label dir=\"auto\">here</label>") { break }
      }
    }
  }

  @Test("a broadcast that the backend drops is made again, and who comes meanwhile is shown what is stored")
  func droppedBroadcast() async throws {
    let isLost = Locked(false)
    try await RunningApp.with {
      $0.pubSub.backend = FaultyBackend { isLost.withLock { $0 } ? .lost : .delivered }
    } _: { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let stream = try await app.subscribe("a")
      _ = try await stream.next(containing: "milk")
      isLost.withLock { $0 = true }
      _ = try await app.post("/todos/a", form: "newTodo=tea")
      let late = try await app.subscribe("a")
      #expect(try await late.next()?.data.contains("tea") == true)
      isLost.withLock { $0 = false }
      #expect(try await stream.next(containing: "tea") != nil)
    }
  }

  @Test("the index is live too")
  func index() async throws {
    try await RunningApp.with { app in
      let stream = try await EventReader("/subscribe", on: ClientConnection(to: app.address))
      _ = try await stream.next()
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      #expect(try await stream.next(containing: "1 open, 0 done") != nil)
    }
  }

  @Test("who comes back with the current frame's id is not sent it again")
  func lastEventID() async throws {
    try await RunningApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let current = try await app.subscribe("a", headers: ["Last-Event-ID": "1"])
      #expect(try await current.next(orHeartbeat: true)?.data == EventReader.heartbeat)
      let old = try await app.subscribe("a", headers: ["Last-Event-ID": "0"])
      #expect(try await old.next()?.id == "1")
    }
  }

  @Test("200 concurrent commands: all are there, every stream ends on one order, and none goes back")
  func concurrent() async throws {
    try await RunningApp.with { app in
      var streams: [EventReader] = []
      for _ in 0..<10 { streams.append(try await app.subscribe("a")) }
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask { try await app.post("/todos/a", json: #"{"newTodo":"todo \#(number)"}"#).status }
        }
        for try await status in group { #expect(status == 201) }
      }
      let stored = try await app.store.list(ListName("a"))
      #expect(stored.todos.count == 200 && stored.revision == 200)
      for stream in streams {
        var (shown, revision) = (ShownList(), -1)
        while revision < 200, let event = try await stream.next() {
          try shown.apply(event)
          guard let id = event.id.flatMap({ Int($0) }) else { continue }
          #expect(id > revision)
          revision = id
        }
        #expect(shown.ids == stored.todos.map(\.id))
      }
    }
  }

  @Test("a deletion is announced with a way to undo it, to every page of the list")
  func undo() async throws {
    try await RunningApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let stream = try await app.subscribe("a")
      _ = try await app.post("/todos/a/1/delete")
      let notice = try #require(try await stream.next(containing: "/undo/1"))
      #expect(notice.data.contains("“<bdi>milk</bdi>” deleted."))
      #expect(try await app.post("/undo/1").status == 204)
      var awaited: Set = ["selector #undo-1\nmode remove", "<label dir=\"auto\">milk</label>"]
      while !awaited.isEmpty, let event = try await stream.next() {
        awaited = awaited.filter { !event.data.contains($0) }
      }
      #expect(awaited.isEmpty)
    }
  }

  @Test("how many have a list open is said to all of them, and many joins at once in a few events")
  func presence() async throws {
    try await RunningApp.with { app in
      let first = try await app.subscribe("a")
      #expect(try await first.next()?.type == "datastar-patch-elements")
      #expect(try await first.next(containing: "1 person here") != nil)
      var others: [EventReader] = []
      for _ in 0..<100 { others.append(try await app.subscribe("a")) }
      var events = 0
      while let event = try await first.next() {
        events += 1
        if event.data.contains("101 people here") { break }
      }
      #expect(events < 50)
      #expect(try await others[99].next(containing: "101 people here") != nil)
      others.removeAll()
      #expect(try await first.next(containing: "1 person here") != nil)
    }
  }

  @Test("which todo is edited in which tab is said to all who have the list open, and when the edit has ended")
  func edits() async throws {
    try await RunningApp.with { app in
      let stream = try await app.subscribe("a")
      #expect(try await stream.next(containing: "1 person here") != nil)
      #expect(try await app.post("/subscribe/a", json: #"{"tab":"1-2","editing":7}"#).status == 204)
      #expect(try await stream.next(containing: #"data-edits="1-2:7""#) != nil)
      #expect(try await app.post("/subscribe/a", json: #"{"tab":"1-2","editing":null}"#).status == 204)
      let over = try #require(try await stream.next(containing: "1 person here"))
      #expect(!over.data.contains("data-edits"))
    }
  }

  @Test("what no page says of an edit is refused", arguments: [#"{"tab":"a b","editing":7}"#, #"{"tab":"1"}"#, "{}"])
  func strangeEdits(json: String) async throws {
    try await TestApp.with { app in
      let response = try await app.post("/subscribe/a", json: json)
      #expect(response.status == 422)
    }
  }

  @Test("streams that a fault of reading has kept behind are in step when it has passed, without another change")
  func failingReads() async throws {
    try await RunningApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let stream = try await app.subscribe("a")
      _ = try await stream.next()
      let file = try DatabaseQueue(path: app.database)
      // What nobody can have stored fails to be read, and keeps no command from being carried out.
      try await file.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'todos';
            PRAGMA writable_schema = RESET;
            UPDATE todos SET title = NULL;
            """)
      }
      #expect(try await app.post("/todos/a", form: "newTodo=tea").status == 303)
      // One that comes now is not shown what was broadcast before the fault.
      let late = try await app.subscribe("a")
      #expect(try await late.next() == nil)
      try await file.write { db in try db.execute(sql: "UPDATE todos SET title = 'milk' WHERE id = 1") }
      #expect(try await stream.next(containing: "<label dir=\"auto\">tea</label>")?.id == "2")
      #expect(try await app.subscribe("a").next()?.id == "2")
    }
  }

  @Test(
    "a title is text in page and stream, whatever it holds",
    arguments: [
      (#"<img src=x onerror=\"alert(1)\">"#, "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"),
      (#"'quotes' & \"more\""#, "&#39;quotes&#39; &amp; &quot;more&quot;"),
      ("{{title}} {{{x}}}", "{{title}} {{{x}}}"), (#"a\rb"#, "a b"), (#"a\nevent: evil"#, "a event: evil"),
      (#"a\r\ndata: evil"#, "a data: evil"), ("👩‍👩‍👧 日本語", "👩‍👩‍👧 日本語"),
    ])
  func escaping(json: String, html: String) async throws {
    try await RunningApp.with(loops: 1) { app in
      let response = try await app.post("/todos/a", json: #"{"newTodo":"\#(json)"}"#)
      #expect(response.status == 201)
      let label = "<label dir=\"auto\">\(html)</label>"
      #expect(try await app.get("/lists/a").text.contains(label))
      #expect(try await app.subscribe("a").next()?.data.contains(label) == true)
    }
  }
}
