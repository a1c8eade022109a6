/// The text of an address of the form `scheme://user:password@host:port,host:port/name?parameters`.
package enum AddressText {
  /// Returns how an address would be taken for another one than is meant, so that a part of its password stood in the
  /// place of a host, a port or a name; nil where it would not.
  package static func mistake(in text: String) -> String? {
    guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
    let address = text[start...].prefix { $0 != "?" }
    let places = address.prefix { $0 != "/" }
    let advice = "in a user or a password, @ is written as %40, / as %2F, : as %3A, ? as %3F and % as %25"
    if address.count(where: { $0 == "@" }) > 1 { return "it has more than one @: \(advice)" }
    if address.contains("@"), !places.contains("@") { return "it has a / before its @: \(advice)" }
    let hosts = places.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let arePorts = hosts.split(separator: ",").allSatisfy { host in
      // An IPv6 address has colons of its own, and brackets.
      let behind = host.split(separator: "]", omittingEmptySubsequences: false).last ?? ""
      guard let colon = behind.firstIndex(of: ":") else { return true }
      let port = behind[behind.index(after: colon)...]
      return port.isEmpty || (1...65_535).contains(Int(port) ?? 0)
    }
    return arePorts ? nil : "a port is no number from 1 to 65535, or there is no @ before the host: \(advice)"
  }
}
