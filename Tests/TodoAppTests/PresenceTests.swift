import Testing
import TodoTestSupport

@Suite("TodoApp: presence counts browsers") struct PresenceTests {
  private func stream(_ app: RunningApp, _ browser: String) async throws -> EventReader {
    try await EventReader("/subscribe/a?browser=\(browser)", on: ClientConnection(to: app.address))
  }

  private func ask(_ app: some AppUnderTest, _ browser: String, here: String = "") async throws -> String {
    try await app.get("/subscribe/a?once&after=0&browser=\(browser)&here=\(here)").text
  }

  @Test("the streams of one browser are one person, and each stream that does not say its browser is one")
  func streams() async throws {
    try await RunningApp.with { app in
      let watcher = try await app.subscribe("a")
      #expect(try await watcher.next(containing: "1 person here") != nil)
      var windows: [EventReader] = []
      for browser in ["1-2", "1-2", "3-4"] { windows.append(try await stream(app, browser)) }
      #expect(try await watcher.next(containing: "3 people here") != nil)
      let other = try await app.subscribe("a")
      #expect(try await watcher.next(containing: "4 people here") != nil)
      // The first one's other window is still there.
      windows.removeFirst()
      windows.removeLast()
      #expect(try await watcher.next(containing: "3 people here") != nil)
      windows.removeAll()
      #expect(try await watcher.next(containing: "2 people here") != nil)
      #expect(try await other.next(containing: "2 people here") != nil)
    }
  }

  @Test("a page that asks is counted and shown who is here, until it asks no more")
  func asking() async throws {
    try await RunningApp.with { app in
      let watcher = try await stream(app, "1-2")
      #expect(try await watcher.next(containing: "1 person here") != nil)
      _ = try await ask(app, "3-4")
      _ = try await ask(app, "1-2")
      #expect(try await watcher.next(containing: "2 people here") != nil)
      let shown = try await ask(app, "3-4")
      let mark = try #require(shown.firstMatch(of: /data-mark="(\w+)"/)?.1)
      #expect(shown.contains("2 people here"))
      #expect(try await ask(app, "3-4", here: String(mark)).isEmpty)
      #expect(try await watcher.next(containing: "1 person here") != nil)
    }
  }

  @Test("what a page that asks edits is shown to the others")
  func edits() async throws {
    try await RunningApp.with { app in
      _ = try await ask(app, "3-4")
      #expect(try await app.post("/subscribe/a", json: #"{"tab":"1-2","editing":7}"#).status == 204)
      let watcher = try await stream(app, "5-6")
      #expect(try await watcher.next(containing: #"data-edits="1-2:7""#) != nil)
    }
  }
}
