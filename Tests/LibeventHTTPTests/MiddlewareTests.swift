import LibeventHTTP
import Testing

@Suite("Router: middleware and groups") struct MiddlewareTests {
  private enum PathKey: RequestKey { typealias Value = [String] }

  /// Notes that a request has passed by, and has its name in the answer.
  private static func passing(_ name: String) -> Middleware {
    { request, next in
      var request = request
      request[PathKey.self] = (request[PathKey.self] ?? []) + [name]
      var response = try await next(request)
      response.headers.add("Passed", name)
      return response
    }
  }

  private static let tellPath: Responder = { .text(.ok, ($0[PathKey.self] ?? []).joined(separator: " ")) }

  @Test("middleware is passed in the order in which it was added, and the answer in the other order, by every route")
  func order() async throws {
    var router = Router()
    router.use(Self.passing("first"))
    router.get("/", Self.tellPath)
    router.use(Self.passing("second"))
    let response = try await router.responder(Request(.get, "/"))
    #expect(response.line == "first second" && response.headers.values(of: "passed") == ["second", "first"])
  }

  @Test("a value that was not set is none, and one can be taken away")
  func values() {
    var request = Request(.get, "/")
    #expect(request[PathKey.self] == nil)
    request[PathKey.self] = ["a"]
    #expect(request[PathKey.self] == ["a"])
    request[PathKey.self] = nil
    #expect(request[PathKey.self] == nil)
  }

  @Test("a request's path and query are told apart")
  func query() throws {
    let request = Request(.get, "/lists/a?once&after=7?")
    #expect(request.path == "/lists/a" && request.query == "once&after=7?")
    #expect(try request.queryFields()["after"] == "7?")
    #expect(Request(.get, "/").query == nil && Request(.get, "/?").query == "")
  }

  @Test("a group's middleware is around its own routes alone, inside of the router's and of an outer group's")
  func groups() async throws {
    var router = Router()
    router.use(Self.passing("all"))
    router.get("/open", Self.tellPath)
    router.group("/admin") { admin in
      admin.get("", Self.tellPath)
      admin.put("/users/:user", Self.tellPath)
      admin.group("/logs") { logs in
        logs.get("/*file", Self.tellPath)
        logs.use(Self.passing("logs"))
      }
      admin.use(Self.passing("admin"))
    }
    let responder = router.responder
    func path(_ method: HTTPMethod, _ path: String) async throws -> String? {
      try await responder(Request(method, path)).line
    }
    #expect(try await path(.get, "/open") == "all")
    #expect(try await path(.get, "/admin") == "all admin")
    #expect(try await path(.put, "/admin/users/7") == "all admin")
    #expect(try await path(.get, "/admin/logs/a/b") == "all admin logs")
  }

  @Test("the router's middleware is around what has no handler, too, and a group's is not", arguments: [true, false])
  func refusals(isOfRouter: Bool) async throws {
    let teapot: Middleware = { request, next in
      do {
        return try await next(request)
      } catch let error as HTTPError {
        return .text(.init(code: 418), error.reason)
      }
    }
    var router = Router()
    if isOfRouter { router.use(teapot) }
    router.group("/a") { group in
      if !isOfRouter { group.use(teapot) }
      group.get("/b") { _ in throw HTTPError(.conflict, "no") }
    }
    let responder = router.responder
    #expect(try await responder(Request(.get, "/a/b")).status.code == 418)
    if isOfRouter {
      #expect(try await responder(Request(.get, "/a/c")).line == "there is nothing at this address")
    } else {
      await #expect(throws: HTTPError.self) { try await responder(Request(.get, "/a/c")) }
    }
    #expect(try await responder(Request(.delete, "/a/b")).status == .methodNotAllowed)
  }

  @Test("a middleware may answer in the place of what is behind it")
  func instead() async throws {
    var router = Router()
    router.get("/") { _ in throw HTTPError(.internalServerError, "never asked") }
    router.use { _, _ in .text(.unauthorized, "sign in first") }
    #expect(try await router.responder(Request(.get, "/")).status == .unauthorized)
  }

  @Test("each method has a handler of its own, also at a path that takes all the rest")
  func methods() async throws {
    var router = Router()
    let tell: Responder = { .text(.ok, $0.method.rawValue) }
    for pattern in ["/a", "/rest/*path"] {
      router.get(pattern, tell)
      router.put(pattern, tell)
      router.patch(pattern, tell)
      router.delete(pattern, tell)
    }
    let responder = router.responder
    for path in ["/a", "/rest/b/c"] {
      for method in [.get, .put, .patch, .delete] as [HTTPMethod] {
        #expect(try await responder(Request(method, path)).line == method.rawValue)
      }
    }
  }
}
