/// Finds the handler for a request by its path and method.
///
/// A pattern is a path whose segments are literal, or `:name` for one segment of any text, or `:name.ext` for one that
/// ends in `.ext`; `*name` at the end takes all the rest. A literal wins over an ending, an ending over any text.
public struct Router: Sendable {
  private var root = Node()
  /// What a request may ask to have done here, at one address or another.
  private var methods = Set(HTTPMethod.common)

  /// An empty router: everything is 404.
  public init() {}

  /// Adds a handler. GET serves HEAD as well.
  ///
  /// - Parameter bodyLimit: the most bytes of a request's body, where that is more than the server takes elsewhere; see
  ///   ``bodyLimit(_:_:)``.
  /// - Precondition: the pattern begins with `/`, and no handler was added for the same pattern and method.
  public mutating func on(
    _ method: HTTPMethod, _ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder
  ) {
    precondition(pattern.hasPrefix("/"), "a route's pattern begins with /: \(pattern)")
    methods.insert(method)
    root.insert(pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)[...]) { node in
      precondition(node.routes[method] == nil, "two handlers for \(method.rawValue) \(pattern)")
      node.routes[method] = Route(handler: handler, bodyLimit: bodyLimit)
    }
  }

  /// Adds a handler for GET and HEAD.
  public mutating func get(_ pattern: String, _ handler: @escaping Responder) { on(.get, pattern, handler) }

  /// Adds a handler for POST.
  public mutating func post(_ pattern: String, bodyLimit: Int? = nil, _ handler: @escaping Responder) {
    on(.post, pattern, bodyLimit: bodyLimit, handler)
  }

  /// The limit of a request's body that its route was added with; for ``RequestLimits/largeBody``.
  public func bodyLimit(_ method: HTTPMethod, _ path: String) -> Int? {
    Self.segments(of: path).flatMap { root.match($0[...]) }?.routes[method]?.bodyLimit
  }

  /// Answers a request by its handler.
  ///
  /// - Throws: ``HTTPError`` 404 for an unknown path, 400 for a path that is not well formed, and 501 for a method that no
  ///   route has and that is not one of the common ones. A known path with another method is answered 405, with the
  ///   methods that it has in `Allow`.
  public func respond(to request: Request) async throws -> Response {
    guard methods.contains(request.method) else { throw HTTPError.unknownMethod }
    guard let segments = Self.segments(of: request.path) else {
      throw HTTPError(.badRequest, "the path has a broken percent escape or is not UTF-8")
    }
    guard let match = root.match(segments[...]) else {
      throw HTTPError(.notFound, "there is nothing at this address")
    }
    guard let route = match.routes[request.method] ?? (request.method == .head ? match.routes[.get] : nil) else {
      var response = Response.text(.methodNotAllowed, "\(request.method.rawValue) does not work here; see Allow")
      response.headers["Allow"] = match.allowed
      return response
    }
    var request = request
    request.parameters = match.parameters
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

// MARK: - The tree of segments

extension Router {
  private struct Route: Sendable {
    let handler: Responder
    let bodyLimit: Int?
  }

  private struct Match {
    let routes: [HTTPMethod: Route]
    var parameters: [String: String] = [:]

    var allowed: String {
      var methods = Set(routes.keys)
      if methods.contains(.get) { methods.insert(.head) }
      let others = methods.subtracting(HTTPMethod.common).sorted { $0.rawValue < $1.rawValue }
      return (HTTPMethod.common.filter(methods.contains) + others).map(\.rawValue).joined(separator: ", ")
    }
  }

  private struct Node: Sendable {
    var routes: [HTTPMethod: Route] = [:]
    var literals: [String: Node] = [:]
    var parameters: [Parameter] = []
    var rest: Rest?

    struct Parameter {
      let name: String
      let suffix: String
      var node: Node
    }

    struct Rest {
      let name: String
      var routes: [HTTPMethod: Route]
    }

    mutating func insert(_ pattern: ArraySlice<Substring>, _ add: (inout Node) -> Void) {
      guard let segment = pattern.first else { return add(&self) }
      if segment.hasPrefix(":") {
        let parts = segment.dropFirst().split(separator: ".", maxSplits: 1)
        let name = String(parts[0])
        let suffix = parts.count == 2 ? "." + parts[1] : ""
        let known = parameters.firstIndex { $0.name == name && $0.suffix == suffix }
        if known == nil { parameters.append(Parameter(name: name, suffix: suffix, node: Node())) }
        parameters[known ?? parameters.endIndex - 1].node.insert(pattern.dropFirst(), add)
        // The longest ending is tried first, any text last.
        parameters.sort { $0.suffix.count > $1.suffix.count }
      } else if segment.hasPrefix("*") {
        var end = Node()
        add(&end)
        rest = Rest(name: String(segment.dropFirst()), routes: end.routes)
      } else {
        literals[String(segment), default: Node()].insert(pattern.dropFirst(), add)
      }
    }

    func match(_ path: ArraySlice<String>) -> Match? {
      guard let segment = path.first else { return routes.isEmpty ? nil : Match(routes: routes) }
      if let match = literals[segment]?.match(path.dropFirst()) { return match }
      for parameter in parameters where segment.hasSuffix(parameter.suffix) && segment.count > parameter.suffix.count {
        if var match = parameter.node.match(path.dropFirst()) {
          match.parameters[parameter.name] = String(segment.dropLast(parameter.suffix.count))
          return match
        }
      }
      return rest.map { Match(routes: $0.routes, parameters: [$0.name: path.joined(separator: "/")]) }
    }
  }
}
