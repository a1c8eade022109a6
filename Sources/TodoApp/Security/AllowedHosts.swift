import LibeventHTTP

/// Refuses requests to a host's name that this server does not go by.
///
/// A page of another site can have its own name lead to this machine (DNS rebinding), and would be of the same origin
/// then. No browser can be led so to an address written in numbers: those always pass, and so does what names no host.
struct AllowedHosts: Sendable {
  private let names: Set<String>

  /// - Parameter names: host names without a port beside `localhost`; `*` allows any.
  init(_ names: some Sequence<String>) {
    self.names = Set(names.map { $0.lowercased() })
  }

  /// - Throws: `HTTPError` 421.
  func check(_ request: Request) throws(HTTPError) {
    guard let host = request.headers["Host"].map(Self.name), !isAllowed(host) else { return }
    throw HTTPError(
      .misdirectedRequest, "this server does not go by the name \(host); --allowed-host \(host) would make it")
  }

  private func isAllowed(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || names.contains(host) || names.contains("*")
      || ClientAddress(host) != nil
  }

  /// The host without the port, in lower case, and without the brackets around an IPv6 address.
  private static func name(_ host: String) -> String {
    guard host.hasPrefix("["), let end = host.firstIndex(of: "]") else {
      return host.prefix { $0 != ":" }.lowercased()
    }
    let isWhole = host[end...].dropFirst().prefix(1).allSatisfy { $0 == ":" }
    return isWhole ? host[..<end].dropFirst().lowercased() : host.lowercased()
  }
}
