import Testing
import TodoTestSupport

@Suite("TodoApp: refusals for people") struct RefusalPageTests {
  /// What a browser asks with when somebody follows a link or sends a form.
  private let browser = ["Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"]

  @Test(
    "whoever refuses, a browser is shown a page with the reason and a way back, and a program the line alone",
    arguments: [
      ("GET", "/nothing", "", 404, "There is nothing at this address", "/"),
      ("GET", "/lists/a%20b", "", 404, "A list&#39;s name is 1 to 64", "/"),
      ("GET", "/lists/nowhere.json", "", 404, "There is no list nowhere", "/lists/nowhere"),
      ("GET", "/lists/%zz", "", 400, "The path has a broken percent escape", "/"),
      ("GET", "/public/none.css", "", 404, "There is no such file", "/"),
      ("DELETE", "/lists/a", "", 405, "DELETE does not work here", "/lists/a"),
      ("POST", "/todos/a", "newTodo=%E2%80%8B", 422, "The title is blank: write something", "/lists/a"),
      ("POST", "/lists", "newList=+", 422, "The title is blank: write something", "/"),
      (
        "POST", "/lists/a/import", "text=Milk", 422, "There is no todo in it: write each as a line like - [ ] Milk",
        "/lists/a"
      ),
      ("POST", "/todos/a/%3Cb%3E/toggle", "", 404, "There is no todo &lt;b&gt;: ids are numbers", "/lists/a"),
      ("POST", "/undo/7", "", 404, "This cannot be undone any more", "/"),
      (
        "POST", "/todos/a", String(repeating: "x", count: 70_000), 413, "The body is larger than 65536 bytes",
        "/lists/a"
      ),
    ])
  func shown(method: String, path: String, body: String, status: Int, reason: String, back: String) async throws {
    try await RunningApp.with(loops: 1) { app in
      let type = ["Content-Type": "application/x-www-form-urlencoded"]
      let page = try await ClientConnection.fetch(
        method, path, from: app.address, headers: browser.merging(type) { $1 }, body: method == "POST" ? body : nil)
      #expect(page.status == status && page["content-type"] == "text/html; charset=utf-8")
      #expect(page.text.hasPrefix("<!doctype html>") && page.text.contains("<p dir=\"auto\">\(reason)"), "\(page.text)")
      #expect(page.text.contains("<a href=\"\(back)\">"), "\(page.text)")
      #expect(page.text.contains("<link rel=\"stylesheet\" href=\"/public/app.css\">"))
      #expect(page["content-security-policy"]?.contains("default-src 'self'") == true)
      for others in [["Accept": "*/*"], browser.merging(["Datastar-Request": "true"]) { $1 }] where status != 422 {
        let line = try await ClientConnection.fetch(
          method, path, from: app.address, headers: others.merging(type) { $1 }, body: method == "POST" ? body : nil)
        #expect(line.status == status && line["content-type"] == "text/plain; charset=utf-8")
        #expect(line.text.split(separator: "\n").count == 1 && line["x-content-type-options"] == "nosniff")
      }
    }
  }

  @Test("HEAD gets the page's header and no body, and 405 keeps its Allow")
  func head() async throws {
    try await RunningApp.with(loops: 1) { app in
      let client = try ClientConnection(to: app.address)
      try await client.request("HEAD", "/nothing", headers: browser)
      let head = try await client.readHead()
      try await client.request("GET", "/nothing", headers: browser)
      let page = try await client.readResponse()
      #expect(head.status == 404 && head["content-type"] == page["content-type"])
      #expect(head["content-length"] == "\(page.body.count)" && page.status == 404)
      #expect(try await app.get("/undo/1", headers: browser)["allow"] == "POST")
    }
  }

  @Test("what the checks refuse is a page as well, with the time to wait")
  func checks() async throws {
    try await RunningApp.with(loops: 1) {
      ($0.writesPerSecond, $0.limitsLoopback) = (1, true)
    } _: { app in
      let other = try await app.post(
        "/todos/a", form: "newTodo=x", headers: browser.merging(["Sec-Fetch-Site": "cross-site"]) { $1 })
      #expect(other.status == 403 && other.text.contains("<p dir=\"auto\">This request comes from another site"))
      var refused: ClientResponse?
      while refused == nil {
        let answer = try await app.post("/todos/a", form: "newTodo=x", headers: browser)
        if answer.status != 303 { refused = answer }
      }
      #expect(refused?.status == 429 && refused?["retry-after"] == "1")
      #expect(refused?.text.contains("<h1>Not now</h1>") == true)
      let client = try ClientConnection(to: app.address)
      try await client.send("GET /lists/a HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\n\r\n")
      let misdirected = try await client.readResponse()
      #expect(misdirected.status == 421 && misdirected.text.contains("<a href=\"/lists/a\">Back to the list</a>"))
    }
  }

  @Test("a database that is not available is a page as well, with the time to wait")
  func unavailable() async throws {
    try await TestApp.with { app in
      try await app.withLockedDatabase {
        let answer = try await app.post("/todos/a", form: "newTodo=x", headers: browser)
        #expect(answer.status == 503 && answer["retry-after"] == "1")
        #expect(answer.text.contains("<p dir=\"auto\">The database is not available"))
      }
    }
  }

  @Test("what is no request at all is answered in one line")
  func malformed() async throws {
    try await RunningApp.with(loops: 1) { app in
      let client = try ClientConnection(to: app.address)
      try await client.send("GET / HTTP/1.1\r\nAccept: text/html\r\nHost : x\r\n\r\n")
      let answer = try await client.readResponse()
      #expect(answer.status == 400 && answer["content-type"] == "text/plain; charset=utf-8")
    }
  }
}
