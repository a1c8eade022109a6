/// One handler, and what leads to it.
struct Route: Sendable {
  let method: HTTPMethod
  let pattern: Pattern
  let bodyLimit: Int?
  let handler: Responder

  /// The same behind a prefix, and with middleware around it.
  func within(_ prefix: String, _ middleware: MiddlewareStack) -> Route {
    let pattern = Pattern(prefix + pattern.text)
    return Route(method: method, pattern: pattern, bodyLimit: bodyLimit, handler: middleware.around(handler))
  }
}

/// All routes by the segments of their patterns.
struct RouteTree: Sendable {
  private var root = Node()

  /// What a path leads to.
  struct Match {
    let routes: [HTTPMethod: Route]
    /// What stands in the path where the patterns take any text, in their order.
    var values: [String] = []

    /// The same by the names that a route has for it.
    func parameters(of route: Route) -> [String: String] {
      Dictionary(uniqueKeysWithValues: zip(route.pattern.names, values))
    }

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

  /// - Precondition: no route was inserted for the same method and the same paths, whatever names they have for them.
  mutating func insert(_ route: Route) {
    root.insert(route.pattern.segments[...]) { routes in
      if let other = routes[route.method] {
        let patterns = "\(other.pattern.text) and \(route.pattern.text)"
        preconditionFailure("two handlers for \(route.method.rawValue): \(patterns)")
      }
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
    /// What follows a segment of any text that ends in a suffix; the longest suffix is tried first, none last.
    var texts: [(suffix: String, node: Node)] = []
    /// Those that take all the rest.
    var rest: [HTTPMethod: Route] = [:]

    mutating func insert(_ pattern: ArraySlice<Pattern.Segment>, _ add: (inout [HTTPMethod: Route]) -> Void) {
      switch pattern.first {
      case nil: add(&routes)
      case .rest: add(&rest)
      case .literal(let text): literals[text, default: Node()].insert(pattern.dropFirst(), add)
      case .text(let suffix):
        let known = texts.firstIndex { $0.suffix == suffix }
        if known == nil { texts.append((suffix, Node())) }
        texts[known ?? texts.endIndex - 1].node.insert(pattern.dropFirst(), add)
        texts.sort { $0.suffix.count > $1.suffix.count }
      }
    }

    func match(_ path: ArraySlice<String>) -> Match? {
      guard let segment = path.first else { return routes.isEmpty ? nil : Match(routes: routes) }
      if let match = literals[segment]?.match(path.dropFirst()) { return match }
      for (suffix, node) in texts where segment.hasSuffix(suffix) && segment.count > suffix.count {
        if var match = node.match(path.dropFirst()) {
          match.values.insert(String(segment.dropLast(suffix.count)), at: 0)
          return match
        }
      }
      return rest.isEmpty ? nil : Match(routes: rest, values: [path.joined(separator: "/")])
    }
  }
}
