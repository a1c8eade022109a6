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

extension [Middleware] {
  /// Returns what answers requests by `responder` with all of these around it, the first one outermost.
  func around(_ responder: @escaping Responder) -> Responder {
    reversed().reduce(responder) { next, middleware in { request in try await middleware(request, next) } }
  }
}
