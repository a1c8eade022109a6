import Foundation
import Testing
import TodoTestSupport
import TodoStorage

@testable import TodoApp

@Suite("TodoApp: pages that hold no stream, and ask") struct AskingTests {
  private func ask(
    _ app: some AppUnderTest, _ query: String, of path: String = "/subscribe/a", headers: [String: String] = [:]
  ) async throws -> ClientResponse {
    let answer = try await app.get("\(path)?once&\(query)", headers: headers)
    #expect(answer.status == 200 && answer["content-type"] == "text/event-stream")
    return answer
  }

  @Test("where nothing is newer, nothing is sent", arguments: ["/subscribe/a", "/subscribe", "/subscribe/unknown"])
  func nothing(path: String) async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      #expect(try await ask(app, path.hasSuffix("unknown") ? "after=0" : "after=1", of: path).body.isEmpty)
    }
  }

  @Test("what is newer is sent, and the answer is over")
  func newer() async throws {
    try await TestApp.with { app in
      for title in ["milk", "tea"] { _ = try await app.post("/todos/a", form: "newTodo=\(title)") }
      for path in ["/subscribe/a", "/subscribe"] {
        let text = try await ask(app, "after=1", of: path).text
        #expect(text.contains("id: 2\n") && text.contains(path == "/subscribe" ? "2 open" : "tea</label>"))
      }
    }
  }

  @Test("of a long list the change is sent, as it would be on a stream")
  func delta() async throws {
    try await TestApp.with { app in
      let ids = try await app.store.add((1...1_000).map { NewTodo(try Title("todo \($0)")) }, to: ListName("a"))
      var shown = try ShownList(html: try await app.get("/lists/a").text)
      _ = try await app.store.edit(try #require(ids.added), in: ListName("a"), title: Title("x"))
      let answer = try await ask(app, "after=1")
      #expect(answer.body.count < 1_000)
      for event in EventReader.events(of: answer.body) { try shown.apply(event) }
      #expect(shown == (try ShownList(html: try await app.get("/lists/a").text)))
    }
  }

  @Test(
    "a version that is missing, no number or one that the list has never had gets the whole list",
    arguments: [
      "", "after=", "after=x", "after=99", "after=-1", "after=99999999999999999999",
    ])
  func wrongVersion(query: String) async throws {
    try await TestApp.with { app in
      _ = try await app.post("/todos/a", form: "newTodo=milk")
      let text = try await ask(app, query).text
      #expect(text.contains("id: 1\n") && text.contains("milk</label>"))
    }
  }

  @Test("a large answer is compressed for a client that takes that")
  func compressed() async throws {
    try await TestApp.with { app in
      _ = try await app.store.add((1...100).map { NewTodo(try Title("todo \($0)")) }, to: ListName("a"))
      let plain = try await ask(app, "")
      let answer = try await ask(app, "", headers: ["Accept-Encoding": "gzip"])
      #expect(answer["content-encoding"] == "gzip" && answer.body.count < plain.body.count / 5)
      let inflated = try Inflater().inflate(answer.body)
      #expect(inflated == plain.body)
    }
  }

  @Test("what is no browser's name is refused, with a stream as without", arguments: ["once&", ""])
  func strangeBrowser(query: String) async throws {
    try await TestApp.with { app in
      for name in ["", "a", "1%202", String(repeating: "1", count: 41)] {
        let status = try await app.get("/subscribe/a?\(query)browser=\(name)").status
        #expect(status == 422)
      }
    }
  }

  @Test("what has been deleted since is offered once, unless it has been brought back")
  func offers() async throws {
    try await TestApp.with { app in
      for title in ["milk", "tea", "bread"] { _ = try await app.post("/todos/a", form: "newTodo=\(title)") }
      for id in [1, 2] { _ = try await app.post("/todos/a/\(id)/delete") }
      _ = try await app.post("/undo/1")
      let text = try await ask(app, "after=3").text
      #expect(text.contains(#"id="undo-2""#) && !text.contains(#"id="undo-1""#))
      // What was made before is gone by now, or has been dismissed; what was brought back is no longer to be had.
      let later = try await ask(app, "after=5").text
      #expect(!later.contains(#"id="undo-"#) && later.contains("selector #undo-1\n"))
      #expect(try await ask(app, "after=6").body.isEmpty)
      _ = try await app.post("/lists/a/delete")
      for path in ["/subscribe/a", "/subscribe"] {
        #expect(try await ask(app, "after=6", of: path).text.contains(#"id="undo-3""#))
      }
    }
  }

  @Test("a stream that comes back is offered what has been deleted since")
  func streamOffers() async throws {
    try await RunningApp.with { app in
      for title in ["milk", "tea"] { _ = try await app.post("/todos/a", form: "newTodo=\(title)") }
      _ = try await app.post("/todos/a/1/delete")
      let stream = try await EventReader("/subscribe/a?after=2", on: ClientConnection(to: app.address))
      #expect(try await stream.next(containing: #"id="undo-1""#) != nil)
      // What is broadcast of the deletion comes before what is of this.
      _ = try await app.post("/todos/a", form: "newTodo=bread")
      _ = try await stream.next(containing: "bread")
      let late = try await EventReader("/subscribe/a?after=4", on: ClientConnection(to: app.address))
      while let event = try await late.next(), !event.data.contains("here") { #expect(!event.data.contains("undo-1")) }
    }
  }

  @Test("of a flood of deletions the latest are offered")
  func manyOffers() async throws {
    try await TestApp.with { app in
      let name = try ListName("a")
      _ = try await app.store.add((1...50).map { NewTodo(try Title("todo \($0)")) }, to: name)
      for todo in try await app.store.list(name).todos.dropLast() {
        _ = try await app.store.delete(todo.id, in: name)
      }
      let offers = try await ask(app, "after=1").text.components(separatedBy: #"id="undo-"#).dropFirst()
      #expect(offers.count == 16 && offers.last?.hasPrefix("49\"") == true)
    }
  }
}
