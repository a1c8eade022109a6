import LibeventHTTP

/// Tells the browser what a page of this application may do.
struct SecurityHeaders: Sendable {
  private let headers: [(name: String, value: String)]

  /// - Parameter allowsCDN: whether the page may load the client script from its public address.
  init(allowsCDN: Bool) {
    let scripts = allowsCDN ? "'self' https://cdn.jsdelivr.net" : "'self'"
    headers = [
      // Datastar compiles its expressions with `Function`.
      (
        "Content-Security-Policy",
        "default-src 'self'; script-src \(scripts) 'unsafe-eval'; object-src 'none'; base-uri 'none'; "
          + "form-action 'self'; frame-ancestors 'none'"
      ),
      ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "same-origin"),
    ]
  }

  func add(to response: inout Response) {
    for (name, value) in headers { response.headers[name] = value }
  }
}
