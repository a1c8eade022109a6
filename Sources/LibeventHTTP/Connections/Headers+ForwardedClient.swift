extension Headers {
  /// The client's address, as the proxy in front says.
  ///
  /// Of the addresses in `X-Forwarded-For` the last one is the proxy's own word; those before it are anybody's. Where
  /// that is no address, or there is none, the client is ``ClientAddress/unknown`` and not the connection's other end:
  /// a proxy on this machine would give all that comes through it what this machine is free of.
  var forwardedClient: ClientAddress {
    let last = combined("X-Forwarded-For")?.split(separator: ",", omittingEmptySubsequences: false).last
    return last.flatMap { ClientAddress(forwarded: $0) } ?? .unknown
  }
}

extension ClientAddress {
  /// Reads an address as proxies write it: as it is, or with the client's port (`192.0.2.7:4711`,
  /// `[2001:db8::7]:4711`), in brackets, or with a zone (`fe80::7%eth0`), which belongs to no address of ours.
  fileprivate init?(forwarded text: Substring) {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]"), text[end...].dropFirst().isPort else { return nil }
      text = text[..<end].dropFirst()
    } else if let colon = text.firstIndex(of: ":"), text[..<colon].contains(".") {
      guard text[colon...].isPort else { return nil }
      text = text[..<colon]
    }
    self.init(text.prefix { $0 != "%" })
  }
}

extension Substring {
  /// Whether this is what may follow an address: nothing, or a colon and a number.
  fileprivate var isPort: Bool {
    isEmpty || first == ":" && UInt16(dropFirst()) != nil
  }
}
