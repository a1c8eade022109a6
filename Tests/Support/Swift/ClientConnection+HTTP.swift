import LibeventHTTP

/// A response as a client reads it.
public struct ClientResponse: Sendable {
  /// The status code.
  public let status: Int
  /// The header fields by their names in lower case.
  public let headers: [String: String]
  /// The body's bytes, without chunk framing.
  public let body: [UInt8]

  /// Puts together what was read elsewhere.
  public init(status: Int, headers: [String: String], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// A header field by its name in lower case.
  public subscript(name: String) -> String? { headers[name] }
}

extension ClientConnection {
  /// Sends one request.
  public func request(
    _ method: String, _ path: String, version: String = "HTTP/1.1", headers: [String: String] = [:],
    body: String? = nil
  ) async throws {
    var text = "\(method) \(path) \(version)\r\nHost: 127.0.0.1\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    try await send(text + "\r\n" + (body ?? ""))
  }

  /// Reads a response's status and header, and leaves its body unread.
  public func readHead() async throws -> ClientResponse {
    let lines = try await read(until: "\r\n\r\n").split(separator: "\r\n")
    guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else {
      throw Failure.malformed(String(describing: lines))
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw Failure.malformed(String(line)) }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    return ClientResponse(status: status, headers: headers, body: [])
  }

  /// Reads a whole response by its length or its chunks.
  public func readResponse(toHead: Bool = false) async throws -> ClientResponse {
    let head = try await readHead()
    var body: [UInt8] = []
    if toHead {
      return head
    } else if head["transfer-encoding"] == "chunked" {
      while let chunk = try await readChunk() { body += chunk }
    } else if let length = head["content-length"].flatMap({ Int($0) }) {
      body = try await read(length)
    }
    return ClientResponse(status: head.status, headers: head.headers, body: body)
  }

  /// Reads one chunk of a body; nil at its end.
  public func readChunk() async throws -> [UInt8]? {
    let size = try await read(until: "\r\n")
    guard let count = Int(size, radix: 16) else { throw Failure.malformed("chunk size \(size)") }
    let chunk = try await read(count)
    _ = try await read(until: "\r\n")
    return count == 0 ? nil : chunk
  }

  /// Sends one request on a connection of its own and reads the whole response.
  public static func fetch(
    _ method: String, _ path: String, from address: ListeningAddress, headers: [String: String] = [:],
    body: String? = nil
  ) async throws -> ClientResponse {
    let connection = try ClientConnection(to: address)
    try await connection.request(method, path, headers: headers, body: body)
    return try await connection.readResponse(toHead: method == "HEAD")
  }
}
