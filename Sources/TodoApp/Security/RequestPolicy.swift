import LibeventHTTP

/// What every request has to pass before anything is done for it, and what every answer tells the browser.
struct RequestPolicy: Sendable {
  private let hosts: AllowedHosts
  private let writes: WriteLimit
  private let headers: SecurityHeaders

  init(_ configuration: AppConfiguration, _ writes: WriteLimit, headers: SecurityHeaders) {
    hosts = AllowedHosts(configuration.allowedHosts)
    (self.writes, self.headers) = (writes, headers)
  }

  func apply(to request: Request, _ next: Responder) async throws -> Response {
    var response: Response
    do {
      try hosts.check(request)
      try CrossOriginProtection.check(request)
      try Self.checkEncoding(request)
      try writes.check(request)
      response = try await next(request)
    } catch let error as HTTPError {
      response = Response(error)
    }
    headers.add(to: &response)
    return response
  }

  /// Refuses a body that is compressed, which would be stored as it came.
  ///
  /// - Throws: `HTTPError` 415.
  private static func checkEncoding(_ request: Request) throws(HTTPError) {
    guard let encoding = request.headers["Content-Encoding"]?.lowercased(), encoding != "identity" else { return }
    throw HTTPError(.unsupportedMediaType, "the body has a Content-Encoding, \(encoding): send it without")
  }
}
