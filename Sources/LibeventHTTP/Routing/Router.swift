/// Finds the handler for a request by its path and method.
///
/// ```swift
/// var router = Router()
/// router.get("/lists/:list") { request in .text(.ok, "the list \(request.parameters["list"] ?? "")") }
/// router.group("/admin") { admin in
///   admin.use(signedIn)
///   admin.get("/users") { request in … }
/// }
/// ```
///
/// A pattern is a path whose segments are literal, or `:name` for one segment of any text, or `:name.ext` for one that
/// ends in `.ext`; `*name` at the end takes all the rest. A literal wins over an ending, an ending over any text, whatever
/// methods there are for them.
public struct Router: Sendable {
  private var routes = RouteTree()
  private var added: [Route] = []
  private var middleware = MiddlewareStack()
  /// What a request may ask to have done here, at one address or another.
  private var methods = Set(HTTPMethod.common)

  /// Creates an empty router: everything is 404.
  public init() {}

  /// Adds a handler. GET serves HEAD as well.
  ///
  /// - Parameters:
  ///   - method: what is asked for.
  ///   - pattern: begins with `/`. In a group it comes after the group's prefix, which alone is meant where it is empty.
  ///   - bodyLimit: the most bytes of a request's body, where that is more than the server takes elsewhere; see
  ///     ``bodyLimit(_:_:)``.
  ///   - handler: answers the requests, on the event loop of their connection.
  /// - Precondition: the pattern is one, and no handler was added for the same method and paths, whatever the names in
  ///   their patterns.
  public mutating func on(
    _ method: HTTPMethod, _ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder
  ) {
    add(Route(method: method, pattern: Pattern(pattern), bodyLimit: bodyLimit, handler: handler))
  }

  /// Adds a handler for GET and HEAD.
  public mutating func get(_ pattern: String, _ handler: @escaping Responder) { on(.get, pattern, handler) }

  /// Adds a handler for QUERY, which is GET with a body: it changes nothing.
  public mutating func query(_ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder) {
    on(.query, pattern, bodyLimit: bodyLimit, handler)
  }

  /// Adds a handler for POST.
  public mutating func post(_ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder) {
    on(.post, pattern, bodyLimit: bodyLimit, handler)
  }

  /// Adds a handler for PUT.
  public mutating func put(_ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder) {
    on(.put, pattern, bodyLimit: bodyLimit, handler)
  }

  /// Adds a handler for PATCH.
  public mutating func patch(_ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder) {
    on(.patch, pattern, bodyLimit: bodyLimit, handler)
  }

  /// Adds a handler for DELETE.
  public mutating func delete(_ pattern: String, _ handler: @escaping Responder) { on(.delete, pattern, handler) }

  /// Puts a middleware around all answers, also to what has no handler, inside of those that were added before.
  ///
  /// In a group it is around the handlers of the group's routes alone, wherever in the group they are added.
  public mutating func use(_ middleware: @escaping Middleware) { self.middleware.append(middleware) }

  /// Adds routes that share the beginning of their addresses, or a middleware, or both.
  ///
  /// - Parameters:
  ///   - prefix: what comes before each of their patterns, without a slash at its end.
  ///   - build: adds them to a router of their own; groups may be added to that as well.
  public mutating func group(_ prefix: String = "", _ build: (inout Router) throws -> Void) rethrows {
    precondition(!prefix.hasSuffix("/"), "a group's prefix ends before the / of its routes: \(prefix)")
    var group = Router()
    try build(&group)
    for route in group.added { add(route.within(prefix, group.middleware)) }
  }

  private mutating func add(_ route: Route) {
    methods.insert(route.method)
    added.append(route)
    routes.insert(route)
  }
}

// MARK: - Answering

extension Router {
  /// What answers requests by their handlers, with the middleware around them; to be given to a ``Server``.
  ///
  /// It throws ``HTTPError`` 404 for an unknown path, 400 for a path that is not well formed, and 501 for a method that no
  /// route has and that is not one of the common ones. A known path with another method is answered 405, with the methods
  /// that it has in `Allow`.
  public var responder: Responder { middleware.around(find) }

  /// The limit of a request's body that its route was added with; for ``RequestLimits/largeBody``.
  public func bodyLimit(_ method: HTTPMethod, _ path: String) -> Int? {
    Self.segments(of: path).flatMap { routes.match($0) }?.routes[method]?.bodyLimit
  }

  @Sendable private func find(_ request: Request) async throws -> Response {
    let segments = Self.segments(of: request.path)
    let match = segments.flatMap { routes.match($0) }
    guard let match, let route = match.route(for: request.method) else {
      guard methods.contains(request.method) else { throw HTTPError.unknownMethod }
      guard segments != nil else {
        throw HTTPError(.badRequest, "the path has a broken percent escape or is not UTF-8")
      }
      guard let match else { throw HTTPError(.notFound, "there is nothing at this address") }
      var response = Response.text(.methodNotAllowed, "\(request.method.rawValue) does not work here; see Allow")
      response.headers["Allow"] = match.allowed
      return response
    }
    var request = request
    request.parameters = match.parameters(of: route)
    return try await route.handler(request)
  }

  /// The decoded segments of a path; nil for one that is not well formed.
  private static func segments(of path: String) -> [String]? {
    var segments: [String] = []
    for segment in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let text = PercentEncoding.decode(segment) else { return nil }
      segments.append(text)
    }
    return segments
  }
}
