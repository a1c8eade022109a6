import Testing

@testable import LibeventHTTP

@Suite("Router: finding a handler") struct RouterTests {
  private let loop: EventLoop
  private var router = Router()

  init() throws {
    loop = try EventLoop()
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
    defer { loop.stop() }
    return try await router.respond(to: .reading("\(method.rawValue) \(path) HTTP/1.1\r\nHost: x\r\n\r\n", on: loop))
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
    defer { loop.stop() }
    func answer(_ method: String, _ path: String, by router: Router) async throws -> Response {
      try await router.respond(to: .reading("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\r\n", on: loop))
    }
    for path in ["/", "/nothing"] {
      await #expect(throws: HTTPError(.notImplemented, "the request's method is not known here")) {
        try await answer("BREW", path, by: router)
      }
    }
    var router = router
    router.on(.query, "/lists/:list") { .text(.ok, "queried \($0.parameters["list"] ?? "-")") }
    router.on(try #require(HTTPMethod("BREW")), "/lists/:list") { _ in .text(.ok, "brewed") }
    #expect(try await answer("BREW", "/lists/a", by: router).line == "brewed")
    #expect(try await answer("QUERY", "/lists/a", by: router).line == "queried a")
    #expect(try await answer("BREW", "/", by: router).headers["Allow"] == "GET, HEAD")
    #expect(try await answer("PUT", "/lists/a", by: router).headers["Allow"] == "GET, HEAD, POST, BREW, QUERY")
  }

  @Test("a route tells its own limit of a body by method and path, however the path is written, and others none")
  func bodyLimits() {
    defer { loop.stop() }
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
  fileprivate var line: String? {
    guard case .bytes(let bytes) = body else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }
}

extension Request {
  /// The request that a connection would make of these bytes.
  fileprivate static func reading(_ text: String, on loop: EventLoop) throws -> Request {
    var reader = RequestReader(limits: RequestLimits(), largeBodies: LargeBodies(limit: .max))
    reader.append(text.utf8)
    let (received, client) = (try #require(try reader.next()), try #require(ClientAddress("127.0.0.1")))
    return Request(received, from: client, loop: loop)
  }
}
