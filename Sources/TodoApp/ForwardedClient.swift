import HTTPServer

extension Request {
  /// Takes the client's address from what the proxy in front says of it.
  ///
  /// Of the addresses in `X-Forwarded-For` the last one is the proxy's own word; those before it are anybody's.
  mutating func takeForwardedClient() {
    let last = headers.combined("X-Forwarded-For")?.split(separator: ",").last
    let text = last.map { $0.drop { $0 == " " }.prefix { $0 != " " } }
    if let forwarded = text.flatMap({ ClientAddress($0) }) { client = forwarded }
  }
}
