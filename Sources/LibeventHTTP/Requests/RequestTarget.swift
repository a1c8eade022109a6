/// What a request asks for: the second part of its first line (RFC 9112, section 3.2).
struct RequestTarget {
  let path: String
  let query: String?
  /// The host, where the target names one as requests to a proxy do.
  let authority: String?

  /// - Throws: 400 for what is no target: a fragment, a control character or what is not ASCII in it.
  init(_ bytes: ArraySlice<UInt8>, of method: HTTPMethod) throws(HTTPError) {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw HTTPError(.badRequest, "the request's target holds a character that has to be percent-encoded")
    }
    var rest = bytes
    if bytes.first == UInt8(ascii: "/") {
      authority = nil
    } else if let scheme = bytes.firstRange(of: Array("://".utf8)),
      ["http", "https"].contains(String(decoding: bytes[..<scheme.lowerBound], as: UTF8.self).lowercased())
    {
      let end = bytes[scheme.upperBound...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
      authority = String(decoding: bytes[scheme.upperBound..<(end ?? bytes.endIndex)], as: UTF8.self)
      rest = bytes[(end ?? bytes.endIndex)...]
    } else if method == .options, bytes.elementsEqual([UInt8(ascii: "*")]) {
      authority = nil
    } else {
      throw HTTPError(.badRequest, "the request's target does not begin with /")
    }
    let parts = rest.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    self.path = path.isEmpty ? "/" : path
    query = parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : nil
  }
}
