import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: unlisted lists") struct UnlistedTests {
  /// Makes one and returns its name.
  private func makeList(_ app: some AppUnderTest) async throws -> String {
    let made = try await app.post("/lists", json: #"{"newList":"Secret","unlisted":true}"#)
    #expect(made.status == 201)
    let place = try #require(made["location"])
    #expect(place.wholeMatch(of: /\/lists\/u-[0-9a-f]{32}/) != nil)
    return String(place.dropFirst("/lists/".count))
  }

  @Test("one is made by signals and by the form's box; without it, or with false, the list is on the index")
  func making() async throws {
    try await TestApp.with { app in
      _ = try await makeList(app)
      let form = try await app.post("/lists", form: "newList=Secret&unlisted=true")
      #expect(form.status == 303 && form["location"]?.hasPrefix("/lists/u-") == true)
      for body in [#"{"newList":"A"}"#, #"{"newList":"B","unlisted":false}"#, #"{"newList":"C","unlisted":null}"#] {
        _ = try await app.post("/lists", json: body)
      }
      #expect(try await app.post("/lists", json: #"{"newList":"D","unlisted":1}"#).status == 422)
      #expect(try await app.store.lists().lists.map(\.name.text) == ["a", "b", "c"])
      let index = try await app.get("/").text
      #expect(index.contains(#"<input type="checkbox" name="unlisted" value="true">"#))
      #expect(!index.contains("Secret") && !index.contains("u-"))
    }
  }

  @Test("its page and its exports tell robots to leave them alone, and no others do")
  func robots() async throws {
    try await TestApp.with { app in
      let name = try await makeList(app)
      _ = try await app.post("/todos/a", json: #"{"newTodo":"Milk"}"#)
      let meta = #"<meta name="robots" content="noindex">"#
      #expect(try await app.get("/lists/\(name)").text.contains(meta))
      #expect(try await !app.get("/lists/a").text.contains(meta))
      for ending in ["", ".json", ".md", "?filter=active"] {
        let own = try await app.get("/lists/\(name)\(ending)")
        #expect(own.status == 200 && own["x-robots-tag"] == "noindex" && own.text.contains("Secret"))
        #expect(try await app.get("/lists/a\(ending)")["x-robots-tag"] == nil)
      }
    }
  }

  /// What comes on a stream up to an event with a word in it.
  private func read(_ stream: EventReader, until word: String) async throws -> String {
    var text = ""
    while !text.contains(word), let event = try await stream.next() { text += event.data + "\n" }
    return text
  }

  @Test("what is done to it is told on its own stream alone, and moves the index's revision on")
  func streams() async throws {
    try await RunningApp.with { app in
      let name = try await makeList(app)
      _ = try await app.post("/lists", json: #"{"newList":"Listed"}"#)
      let index = try await EventReader("/subscribe", on: ClientConnection(to: app.address))
      let own = try await app.subscribe(name)
      _ = try await index.next()
      #expect(try await own.next()?.data.contains("Secret") == true)
      _ = try await app.post("/todos/\(name)", json: #"{"newTodo":"Hidden"}"#)
      _ = try await app.post("/lists/\(name)/rename", json: #"{"name":"Other secret"}"#)
      _ = try await app.post("/lists/\(name)/delete")
      _ = try await app.post("/todos/\(name)", json: #"{"newTodo":"Again"}"#)
      _ = try await app.post("/todos/listed", json: #"{"newTodo":"Seen"}"#)
      let told = try await read(index, until: "list-listed")
      for word in ["u-", "ecret", "Hidden", "undo-"] { #expect(!told.contains(word), "\(word) in \(told)") }
      #expect(try await read(own, until: "undo-1").contains("{list: '\(name)'}"))
      let asked = try await app.get("/subscribe?once&after=2").text
      for word in ["u-", "ecret", "Hidden", "undo-"] { #expect(!asked.contains(word)) }
    }
  }

  @Test("what was deleted of it is offered on its own page alone, and to who names it")
  func undoing() async throws {
    try await TestApp.with { app in
      let name = try await makeList(app)
      _ = try await app.post("/todos/\(name)", json: #"{"newTodo":"Hidden"}"#)
      let deleted = try await app.post("/lists/\(name)/delete", form: "")
      #expect(deleted.status == 303 && deleted["location"] == "/lists/\(name)?undo=1")
      for page in ["/?undo=1", "/lists/a?undo=1", "/lists/u-\(String(repeating: "0", count: 32))?undo=1"] {
        #expect(try await !app.get(page).text.contains("class=\"offer\""), "\(page)")
      }
      let page = try await app.get("/lists/\(name)?undo=1").text
      #expect(page.contains(#"action="/undo/1""#))
      #expect(page.contains(#"formaction="/undo/1" name="list" value="\#(name)""#))
      for body in ["", "list=a", "list=u-\(String(repeating: "0", count: 32))"] {
        let refused = try await app.post("/undo/1", form: body)
        #expect(refused.status == 404 && refused["location"] == nil && !refused.text.contains("u-"))
      }
      let undone = try await app.post("/undo/1", form: "list=\(name)")
      #expect(undone.status == 303 && undone["location"] == "/lists/\(name)")
      #expect(try await app.titles(name) == ["Hidden"])
      #expect(try await !app.get("/").text.contains("Secret"))
    }
  }
}
