import HTTPServer

/// Takes the client's address from what the proxy in front says of it.
enum ForwardedClient {
  /// Of the addresses in `X-Forwarded-For` the last one is the proxy's own word; those before it are anybody's.
  static func applied(to responder: @escaping Responder) -> Responder {
    { request in
      var request = request
      let last = request.headers.combined("X-Forwarded-For")?.split(separator: ",").last
      let text = last.map { $0.drop { $0 == " " }.prefix { $0 != " " } }
      if let client = text.flatMap({ ClientAddress($0) }) { request.client = client }
      return try await responder(request)
    }
  }
}
