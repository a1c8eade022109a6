/// Answers one request. A thrown ``HTTPError`` becomes its status and its line; anything else is logged and a 500.
///
/// It runs on the event loop of the request's connection, also after it has waited. When the client leaves before it has
/// been answered, the task is cancelled: what waits for a source that may stay quiet ends then.
public typealias Responder = @Sendable (Request) async throws -> Response

/// What is done around the answers to requests: before `next`, after it, or in its place.
///
/// ```swift
/// router.use { request, next in
///   guard let user = try await users.user(of: request) else { throw HTTPError(.unauthorized, "sign in first") }
///   var request = request
///   request[UserKey.self] = user
///   return try await next(request)
/// }
/// ```
///
/// Errors are thrown through it: the router's own, 404 for one, as those of handlers.
public typealias Middleware = @Sendable (_ request: Request, _ next: @escaping Responder) async throws -> Response

/// Middleware in the order in which it was added.
struct MiddlewareStack: Sendable {
  private var layers: [Layer] = []

  /// One middleware. Put into an array as it is, a function is wrapped in others at each call, all of which are asynchronous.
  private struct Layer: Sendable {
    let middleware: Middleware
  }

  mutating func append(_ middleware: @escaping Middleware) { layers.append(Layer(middleware: middleware)) }

  /// Returns what answers requests by `responder` with all of these around it, the first one outermost.
  func around(_ responder: @escaping Responder) -> Responder {
    var responder = responder
    for layer in layers.reversed() {
      let next = responder
      responder = { request in try await layer.middleware(request, next) }
    }
    return responder
  }
}
