/// A request's line and header fields, to the letter of RFC 9112.
///
/// What two servers on the way could read in two ways is refused, and never guessed: a request that the one takes for
/// the body of another is how requests are smuggled past a proxy.
struct RequestHead {
  let method: HTTPMethod
  /// The path as it was sent.
  let path: String
  /// What follows the `?`, as it was sent.
  let query: String?
  let isHTTP10: Bool
  private(set) var headers = Headers(fields: [])
  /// The host of a target in the absolute form, which goes before the field.
  private let authority: String?

  /// Reads the first line.
  ///
  /// - Throws: 400 for what is malformed, 501 for what only a proxy can do.
  init(line: ArraySlice<UInt8>) throws(HTTPError) {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw HTTPError(.badRequest, "the request's first line is not a method, a target and a version")
    }
    switch String(decoding: parts[2], as: UTF8.self) {
    case "HTTP/1.1": isHTTP10 = false
    case "HTTP/1.0": isHTTP10 = true
    default: throw HTTPError(.badRequest, "the request's version is not HTTP/1.1 or HTTP/1.0")
    }
    guard !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter) else {
      throw HTTPError(.badRequest, "the request's method is malformed")
    }
    // CONNECT names no path, but another server.
    guard let method = HTTPMethod(token: parts[0]), method != .connect else {
      throw .unknownMethod
    }
    let target = try RequestTarget(parts[1], of: method)
    (self.method, path, query, authority) = (method, target.path, target.query, target.authority)
  }

  /// Reads one header field.
  ///
  /// - Throws: 400 for what is malformed, a continued line for one.
  mutating func addField(_ line: ArraySlice<UInt8>) throws(HTTPError) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line[..<colon].allSatisfy(\.isTokenCharacter)
    else {
      throw HTTPError(.badRequest, "a header field has no name, or one with a space or a sign that names cannot have")
    }
    var value = line[(colon + 1)...]
    while value.first?.isBlank == true { value.removeFirst() }
    while value.last?.isBlank == true { value.removeLast() }
    guard value.allSatisfy({ !$0.isControl || $0 == 0x09 }) else {
      throw HTTPError(.badRequest, "a header field holds a control character")
    }
    headers.add(
      String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  /// Checks what the fields say of each other, when all are there.
  ///
  /// - Throws: 400 unless there is exactly one host, which HTTP/1.0 may leave out.
  mutating func finish() throws(HTTPError) {
    let hosts = headers.values(of: "Host")
    guard hosts.count == 1 || (hosts.isEmpty && isHTTP10) else {
      throw HTTPError(.badRequest, "the request has \(hosts.isEmpty ? "no Host" : "more than one Host")")
    }
    if let authority { headers["Host"] = authority }
    guard headers["Host"].map(\.isAuthority) ?? true else {
      throw HTTPError(.badRequest, "the request's Host is no host's name")
    }
  }

  /// Whether the connection is to carry another request after this one.
  var keepsAlive: Bool {
    let options = (headers.combined("Connection") ?? "").lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }
    return isHTTP10 ? options.contains("keep-alive") : !options.contains("close")
  }
}

extension String {
  /// Whether this can stand before a path: a name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
  var isAuthority: Bool {
    !isEmpty && utf8.allSatisfy { $0.isAlphanumeric || "-._~!$&'()*+,;=%:[]".utf8.contains($0) }
  }
}

extension UInt8 {
  /// Whether a method's or a field's name can hold this (RFC 9110, section 5.6.2).
  var isTokenCharacter: Bool {
    // Nearly all names are of letters and hyphens.
    isAlphanumeric || self == UInt8(ascii: "-") || "_.!#$%&'*+^`|~".utf8.contains(self)
  }

  var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

  fileprivate var isAlphanumeric: Bool {
    isDigit || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self
  }

  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isControl: Bool { self < 0x20 || self == 0x7F }
}
