import GRDB
import Testing
import TodoTestSupport

@Suite("TodoApp: monitoring") struct MonitoringTests {
  /// The figures by their names.
  private func figures(_ app: some AppUnderTest) async throws -> [String: Double] {
    let lines = try await app.get("/metrics").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return Dictionary(
      uniqueKeysWithValues: lines.compactMap { line in
        let parts = line.split(separator: " ")
        return Double(parts[1]).map { (String(parts[0]), $0) }
      })
  }

  @Test("the figures follow what happens")
  func metrics() async throws {
    try await RunningApp.with { app in
      let before = try await figures(app)
      #expect(before["todo_streams"] == 0)
      let stream = try await app.subscribe("a")
      _ = try await stream.next()
      _ = try await app.post("/todos/a", json: #"{"newTodo":"milk"}"#)
      _ = try await stream.next(containing: "milk")
      #expect(try await app.post("/todos/a", json: #"{"newTodo":""}"#).status == 422)
      let after = try await figures(app)
      #expect(after["todo_streams"] == 1 && after["todo_topics"] == 2)
      // Those of earlier requests may not have gone yet.
      #expect(try #require(after["todo_connections"]) >= 2)
      #expect(after["todo_post_duration_seconds_count"] == 2)
      #expect(after["todo_commit_group_size_count"] == 1)
      #expect(after["todo_requests_refused_total{status=\"422\"}"] == 1)
      for name in [
        "todo_frames_rendered_total", "todo_deliveries_total", "todo_stream_bytes_total{encoding=\"identity\"}",
      ] {
        #expect(try #require(after[name]) > #require(before[name]), "\(name)")
      }
    }
  }

  @Test("every figure is there before the first event, and says what the process is")
  func fromTheStart() async throws {
    try await RunningApp.with { app in
      let before = try await figures(app)
      #expect(before["todo_requests_total{status=\"200\"}"] == 0)
      #expect(before["todo_store_up"] == 1)
      for name in ["start_time_seconds", "cpu_seconds_total", "max_fds"] {
        #expect(try #require(before["process_\(name)"]) > 0, "\(name)")
      }
      #expect(try #require(before["todo_database_bytes"]) > 0)
      #if os(Linux)
        #expect(try #require(before["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(before["process_open_fds"]) > 10)
      #endif
      let stream = try await app.subscribe("a")
      _ = try await stream.next()
      _ = try await app.post("/todos/a", json: #"{"newTodo":"milk"}"#)
      _ = try await stream.next(containing: "milk")
      _ = try await app.post("/todos/a", json: #"{"newTodo":""}"#)
      let after = try await figures(app)
      #expect(Set(after.keys) == Set(before.keys))
      #expect(after["todo_render_duration_seconds_count"] == 1 && after["todo_broadcast_duration_seconds_count"] == 1)
      #expect(after["todo_requests_total{status=\"201\"}"] == 1 && after["todo_requests_total{status=\"422\"}"] == 1)
    }
  }

  @Test("a hundred tabs that come at once cost one render, and none where the list is shown already")
  func rendersOfNewcomers() async throws {
    try await RunningApp.with { app in
      _ = try await app.post("/todos/a", json: #"{"newTodo":"milk"}"#)
      var tabs: [ClientConnection] = []
      for renders in [1, 0] as [Double] {
        let before = try await figures(app)["todo_frames_rendered_total"] ?? 0
        for _ in 0..<100 {
          let tab = try ClientConnection(to: app.address)
          try await tab.request("GET", "/subscribe/a")
          tabs.append(tab)
        }
        for tab in tabs.suffix(100) {
          _ = try await tab.readHead()
          let frame = try #require(try await tab.readChunk())
          #expect(String(decoding: frame, as: UTF8.self).contains("<label dir=\"auto\">milk</label>"))
        }
        let after = try #require(try await figures(app)["todo_frames_rendered_total"])
        #expect(after - before == renders)
      }
    }
  }

  @Test("a server that cannot read is not ready for reading, and says why")
  func reading() async throws {
    try await TestApp.with { app in
      #expect(try await app.get("/readyz?reading").text == "ready\n")
      let other = try DatabaseQueue(path: app.database)
      try await other.write { db in try db.execute(sql: "ALTER TABLE todos RENAME TO gone") }
      let refused = try await app.get("/readyz?reading")
      #expect(refused.status == 503 && refused.text == "the database is not available: no such table: todos\n")
      try await other.write { db in try db.execute(sql: "ALTER TABLE gone RENAME TO todos") }
      #expect(try await app.get("/readyz?reading").status == 200)
    }
  }

  @Test("a server whose database is locked is alive and not ready, says why, and is ready again afterwards")
  func readiness() async throws {
    try await TestApp.with { app in
      #expect(try await app.get("/readyz").status == 200)
      try await app.withLockedDatabase {
        try await Task.sleep(for: .seconds(1.1))
        let locked = try await app.get("/readyz")
        #expect(locked.status == 503)
        #expect(locked.text == "the database is not available: database is locked\n")
        #expect(try await app.get("/readyz?reading").status == 200)
        #expect(try await app.get("/healthz").status == 200)
      }
      #expect(try await app.get("/readyz").status == 200)
    }
  }
}
