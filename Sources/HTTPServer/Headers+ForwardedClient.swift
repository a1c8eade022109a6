extension Headers {
  /// The client's address, as the proxy in front says; nil where it says nothing that is an address.
  ///
  /// Of the addresses in `X-Forwarded-For` the last one is the proxy's own word; those before it are anybody's.
  var forwardedClient: ClientAddress? {
    let last = combined("X-Forwarded-For")?.split(separator: ",").last
    let text = last.map { $0.drop { $0 == " " }.prefix { $0 != " " } }
    return text.flatMap { ClientAddress($0) }
  }
}
