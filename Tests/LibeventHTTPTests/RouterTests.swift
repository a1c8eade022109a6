import LibeventHTTP
import Testing

@Suite("Router: finding a handler") struct RouterTests {
  private var router = Router()

  init() {
    router.get("/") { _ in .text(.ok, "root") }
    router.get("/lists/:list") { .text(.ok, "list \($0.parameters["list"] ?? "-")") }
    router.get("/lists/:list.json") { .text(.ok, "json \($0.parameters["list"] ?? "-")") }
    router.get("/lists/new") { _ in .text(.ok, "new") }
    router.post("/lists/:list") { _ in .text(.created, "made") }
    router.post("/todos/:list/:id/toggle") {
      .text(.ok, "\($0.parameters["list"] ?? "-") \($0.parameters["id"] ?? "-")")
    }
    router.get("/public/*file") { .text(.ok, "file \($0.parameters["file"] ?? "-")") }
  }

  private func answer(_ method: HTTPMethod, _ path: String) async throws -> Response {
    try await router.responder(Request(method, path))
  }

  @Test(
    "a path leads to the pattern that fits it best",
    arguments: [
      ("/", "root"), ("/lists/a", "list a"), ("/lists/a.json", "json a"), ("/lists/new", "new"),
      ("/lists/.json", "list .json"), ("/lists/a%20b", "list a b"), ("/lists/%2e%2e", "list .."),
      ("/public/a/b.css", "file a/b.css"), ("/lists/a%2Fb", "list a/b"),
    ])
  func paths(path: String, line: String) async throws {
    let response = try await answer(.get, path)
    #expect(response.line == line)
  }

  @Test("several parameters are each bound to their segment")
  func parameters() async throws {
    #expect(try await answer(.post, "/todos/groceries/7/toggle").line == "groceries 7")
  }

  @Test("routes of the same paths are found by their methods, whatever they call what stands in the path")
  func otherNames() async throws {
    var router = Router()
    router.get("/users/:id") { .text(.ok, "user \($0.parameters)") }
    router.delete("/users/:userID") { .text(.ok, "gone \($0.parameters)") }
    router.get("/users/:user/posts/:post") {
      .text(.ok, "post \($0.parameters.sorted { $0.key < $1.key }.map(\.value))")
    }
    router.get("/files/*path") { .text(.ok, "file \($0.parameters)") }
    router.put("/files/*name") { .text(.ok, "put \($0.parameters)") }
    let expected: [(HTTPMethod, String, String)] = [
      (.get, "/users/1", #"user ["id": "1"]"#), (.delete, "/users/1", #"gone ["userID": "1"]"#),
      (.get, "/users/1/posts/2", #"post ["2", "1"]"#), (.get, "/files/a/b", #"file ["path": "a/b"]"#),
      (.put, "/files/a/b", #"put ["name": "a/b"]"#),
    ]
    for (method, path, line) in expected {
      #expect(try await router.responder(Request(method, path)).line == line)
    }
  }

  @Test(
    "a pattern that no path would fit as it is meant is refused where it is added",
    arguments: ["a", "/:", "/*", "/a/*rest/b", "/a?b=1", "/a%20b", "/:a/:a", "/:.json"])
  func impossiblePatterns(pattern: String) async {
    await #expect(processExitsWith: .failure) { [pattern] in
      var router = Router()
      router.get(pattern) { _ in .text(.ok, "") }
    }
  }

  @Test("two handlers for the same method and paths are refused, and so is a group's prefix that ends in a slash")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      var router = Router()
      router.get("/:a") { _ in .text(.ok, "") }
      router.get("/:b") { _ in .text(.ok, "") }
    }
    await #expect(processExitsWith: .failure) {
      var router = Router()
      router.group("/g/") { $0.get("/x") { _ in .text(.ok, "") } }
    }
  }

  @Test("a path without a pattern is 404", arguments: ["/nothing", "/lists", "/lists/a/b", "/todos/a/1"])
  func notFound(path: String) async throws {
    await #expect(throws: HTTPError(.notFound, "there is nothing at this address")) { try await answer(.get, path) }
  }

  @Test("a method without a handler is 405 and Allow names those that have one")
  func methodNotAllowed() async throws {
    let response = try await answer(.delete, "/lists/a")
    #expect(response.status == .methodNotAllowed)
    #expect(response.headers["allow"] == "GET, HEAD, POST")
  }

  @Test("a method that no route has is 501, unless it is one that every server knows of; one that a route has is not")
  func unknownMethods() async throws {
    let brew = try #require(HTTPMethod("BREW"))
    for path in ["/", "/nothing"] {
      await #expect(throws: HTTPError(.notImplemented, "the request's method is not known here")) {
        try await answer(brew, path)
      }
    }
    var router = router
    router.query("/lists/:list") { .text(.ok, "queried \($0.parameters["list"] ?? "-")") }
    router.on(brew, "/lists/:list") { _ in .text(.ok, "brewed") }
    let responder = router.responder
    #expect(try await responder(Request(brew, "/lists/a")).line == "brewed")
    #expect(try await responder(Request(.query, "/lists/a")).line == "queried a")
    #expect(try await responder(Request(brew, "/")).headers["Allow"] == "GET, HEAD")
    #expect(try await responder(Request(.put, "/lists/a")).headers["Allow"] == "GET, HEAD, POST, BREW, QUERY")
  }

  @Test("a route tells its own limit of a body by method and path, however the path is written, and others none")
  func bodyLimits() {
    var router = router
    router.post("/lists/:list/import", bodyLimit: 7) { _ in .text(.ok, "") }
    #expect(router.bodyLimit(.post, "/lists/a/import") == 7 && router.bodyLimit(.post, "/lists/%61/%69mport") == 7)
    for path in ["/lists/a", "/lists/a/import/", "/lists/a/%", "/nothing", "*"] {
      #expect(router.bodyLimit(.post, path) == nil, "\(path)")
    }
    #expect(router.bodyLimit(.get, "/lists/a/import") == nil)
  }

  @Test("HEAD is served by GET's handler")
  func head() async throws {
    #expect(try await answer(.head, "/lists/a").line == "list a")
  }

  @Test(
    "a broken percent escape or bad UTF-8 is 400", arguments: ["/lists/%", "/lists/%4", "/lists/%zz", "/lists/%ff"])
  func malformed(path: String) async throws {
    await #expect(throws: HTTPError(.badRequest, "the path has a broken percent escape or is not UTF-8")) {
      try await answer(.get, path)
    }
  }
}

extension Response {
  /// The one line that the response has.
  var line: String? {
    body.bytes.map { String(decoding: $0.dropLast(), as: UTF8.self) }
  }
}
