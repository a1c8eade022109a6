/// One handler, and what leads to it.
struct Route: Sendable {
  let method: HTTPMethod
  let pattern: String
  let bodyLimit: Int?
  let handler: Responder

  /// The same behind a prefix, and with middleware around it.
  func within(_ prefix: String, _ middleware: MiddlewareStack) -> Route {
    Route(method: method, pattern: prefix + pattern, bodyLimit: bodyLimit, handler: middleware.around(handler))
  }
}

/// All routes by the segments of their patterns.
struct RouteTree: Sendable {
  private var root = Node()

  /// What a path leads to.
  struct Match {
    let routes: [HTTPMethod: Route]
    var parameters: [String: String] = [:]

    /// The route for a method, which for HEAD may be that for GET.
    func route(for method: HTTPMethod) -> Route? { routes[method] ?? (method == .head ? routes[.get] : nil) }

    /// The methods that there are.
    var allowed: String {
      var methods = Set(routes.keys)
      if methods.contains(.get) { methods.insert(.head) }
      let others = methods.subtracting(HTTPMethod.common).sorted { $0.rawValue < $1.rawValue }
      return (HTTPMethod.common.filter(methods.contains) + others).map(\.rawValue).joined(separator: ", ")
    }
  }

  /// - Precondition: the pattern begins with `/`, and no route was inserted for the same pattern and method.
  mutating func insert(_ route: Route) {
    precondition(route.pattern.first.map { $0 == "/" } ?? true, "a route's pattern begins with /: \(route.pattern)")
    let segments = route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    root.insert(segments[...]) { routes in
      precondition(routes[route.method] == nil, "two handlers for \(route.method.rawValue) \(route.pattern)")
      routes[route.method] = route
    }
  }

  /// Finds the routes whose pattern fits a path best; nil where none does.
  func match(_ path: [String]) -> Match? { root.match(path[...]) }
}

extension RouteTree {
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

    mutating func insert(_ pattern: ArraySlice<Substring>, _ add: (inout [HTTPMethod: Route]) -> Void) {
      guard let segment = pattern.first else { return add(&routes) }
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
        let name = String(segment.dropFirst())
        var rest = rest.flatMap { $0.name == name ? $0 : nil } ?? Rest(name: name, routes: [:])
        add(&rest.routes)
        self.rest = rest
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
