/// The media types of a page's parts, by the ending of their names.
enum MediaType {
  static func of(_ path: String) -> String {
    switch path.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "html": "text/html; charset=utf-8"
    case "svg": "image/svg+xml"
    case "json", "map", "webmanifest": "application/json"
    case "txt": "text/plain; charset=utf-8"
    case "png": "image/png"
    case "ico": "image/x-icon"
    case "woff2": "font/woff2"
    default: "application/octet-stream"
    }
  }

  /// Whether compression makes such a file smaller.
  static func isText(_ path: String) -> Bool {
    let type = of(path)
    return type.hasPrefix("text/") || type == "image/svg+xml" || type == "application/json"
  }
}

/// What a client takes a body in (RFC 9110, section 12.5.3).
public enum AcceptEncoding {
  /// A middleware that has every client answered as one that takes plain bodies only.
  public static let ignored: Middleware = { request, next in
    var request = request
    request.headers["Accept-Encoding"] = nil
    return try await next(request)
  }

  /// Says how a body is encoded, and that others may get it otherwise.
  public static func describe(isGzip: Bool, in headers: inout Headers) {
    headers["Vary"] = "Accept-Encoding"
    if isGzip { headers["Content-Encoding"] = "gzip" }
  }

  /// Whether gzip is acceptable and no less wanted than the plain body.
  public static func allowsGzip(_ headers: Headers) -> Bool {
    guard let field = headers.combined("Accept-Encoding") else { return false }
    var weights: [String: Double] = [:]
    for item in field.split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let coding = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      weights[coding == "x-gzip" ? "gzip" : coding] = weight
    }
    let gzip = weights["gzip"] ?? weights["*"] ?? 0
    return gzip > 0 && gzip >= weights["identity"] ?? 0
  }
}
