/// One request as it was received.
struct ReceivedRequest {
  let head: RequestHead
  let body: [UInt8]
  /// Held for as long as a body that is larger than others.
  let room: LargeBodies.Room?
}

/// Makes requests of a connection's bytes as they come in, whatever the parts they come in.
///
/// Holds one request within its limits, and what has been sent after it. What it throws ends the connection: where a
/// request was malformed nobody knows where the next one begins.
struct RequestReader {
  private let limits: RequestLimits
  private let largeBodies: LargeBodies
  private var input = InputBuffer()
  private var part = Part.requestLine
  private var head: RequestHead?
  private var isHeadWhole = false
  /// The bytes and the number of the header fields so far, or of the trailer's.
  private var fields = (size: 0, count: 0)
  private var body: [UInt8] = []
  private var room: LargeBodies.Room?
  /// Whether the client waits to be told that it may send the body.
  private(set) var awaitsContinue = false

  /// What is read next.
  private enum Part: Equatable {
    case requestLine, fields
    case body(remaining: Int)
    case chunkSize
    case chunk(remaining: Int)
    case chunkEnd, trailer, complete
  }

  /// - Parameter largeBodies: what the readers of a server share.
  init(limits: RequestLimits, largeBodies: LargeBodies) {
    (self.limits, self.largeBodies) = (limits, largeBodies)
  }

  /// Whether a request has begun and is not complete.
  var isWithinRequest: Bool { part != .requestLine || input.count > 0 }

  /// The header of the request that is being read, once all of it is there.
  var wholeHead: RequestHead? { isHeadWhole ? head : nil }

  /// How many bytes wait to be read.
  var unreadCount: Int { input.count }

  mutating func append(_ bytes: some Collection<UInt8>) {
    awaitsContinue = false
    input.append(bytes)
  }

  /// The next request; nil until more has come.
  ///
  /// - Throws: what the client is to be answered before the connection is closed.
  mutating func next() throws(HTTPError) -> ReceivedRequest? {
    while part != .complete {
      guard try readPart() else { return nil }
    }
    defer {
      input.trim()
      (part, head, isHeadWhole, fields, body, room) = (.requestLine, nil, false, (0, 0), [], nil)
    }
    return head.map { ReceivedRequest(head: $0, body: body, room: room) }
  }

  /// Reads what there is of the next part; returns false where more has to come first.
  private mutating func readPart() throws(HTTPError) -> Bool {
    switch part {
    case .requestLine: return try readRequestLine()
    case .fields: return try readField()
    case .body(let remaining): return readBody(remaining) { $0 == 0 ? .complete : .body(remaining: $0) }
    case .chunkSize: return try readChunkSize()
    case .chunk(let remaining): return readBody(remaining) { $0 == 0 ? .chunkEnd : .chunk(remaining: $0) }
    case .chunkEnd: return try readChunkEnd()
    case .trailer: return try readTrailer()
    case .complete: return true
    }
  }
}

// MARK: - The header

extension RequestReader {
  private mutating func readRequestLine() throws(HTTPError) -> Bool {
    guard let line = try input.takeLine(limit: limits.requestLine, orThrow: limits.lineTooLong) else { return false }
    if line.isEmpty, fields.count == 0 {
      // Some clients end a body with a line end too many; RFC 9112, section 2.2, lets one pass.
      fields.count = 1
      return true
    }
    head = try RequestHead(line: line)
    (part, fields) = (.fields, (0, 0))
    return true
  }

  private mutating func readField() throws(HTTPError) -> Bool {
    guard let line = try takeField() else { return false }
    guard line.isEmpty else {
      try head?.addField(line)
      return true
    }
    try head?.finish()
    isHeadWhole = true
    try beginBody()
    return true
  }

  /// Takes a line of the header or the trailer; the sum of all is limited, too.
  private mutating func takeField() throws(HTTPError) -> ArraySlice<UInt8>? {
    guard let line = try input.takeLine(limit: limits.header - fields.size, orThrow: limits.headerTooLarge) else {
      return nil
    }
    fields = (fields.size + line.count + 2, fields.count + (line.isEmpty ? 0 : 1))
    guard fields.size <= limits.header, fields.count <= limits.fields else { throw limits.headerTooLarge }
    return line
  }
}

// MARK: - The body

extension RequestReader {
  private mutating func beginBody() throws(HTTPError) {
    guard let head else { return }
    fields = (0, 0)
    switch try BodyLength(of: head) {
    case .bytes(0): part = .complete
    case .bytes(let count):
      try admitBody(of: count, isAll: true)
      part = .body(remaining: count)
    case .chunked: part = .chunkSize
    }
    guard let expectation = head.headers.combined("Expect"), !head.isHTTP10 else { return }
    guard expectation.lowercased() == "100-continue" else {
      throw HTTPError(.expectationFailed, "the request expects what is not known here; only 100-continue is")
    }
    awaitsContinue = part != .complete && input.count == 0
  }

  /// Has a body become so long, if it may, and takes room for it if it is larger than others may be.
  private mutating func admitBody(of size: Int, isAll: Bool) throws(HTTPError) {
    guard size > limits.body else { return }
    let limit = max(limits.body, head.flatMap { limits.largeBody($0.method, $0.path) } ?? 0)
    guard size <= limit else {
      throw HTTPError(.contentTooLarge, "the body is larger than \(limit) bytes")
    }
    // Chunks do not say how many of them there will be.
    if room == nil { room = try largeBodies.room(for: isAll ? size : limit) }
  }

  private mutating func readBody(_ remaining: Int, _ rest: (Int) -> Part) -> Bool {
    let bytes = input.take(remaining)
    body += bytes
    part = rest(remaining - bytes.count)
    return bytes.count == remaining
  }

  private mutating func readChunkSize() throws(HTTPError) -> Bool {
    let tooLong = HTTPError(.badRequest, "a chunk's size is malformed")
    guard let line = try input.takeLine(limit: limits.chunkLine, orThrow: tooLong) else { return false }
    let size = try BodyLength.ofChunk(line)
    try admitBody(of: body.count + size, isAll: false)
    part = size == 0 ? .trailer : .chunk(remaining: size)
    return true
  }

  private mutating func readChunkEnd() throws(HTTPError) -> Bool {
    let tooLong = HTTPError(.badRequest, "a chunk is longer than its size says")
    guard let line = try input.takeLine(limit: 0, orThrow: tooLong) else { return false }
    guard line.isEmpty else { throw tooLong }
    part = .chunkSize
    return true
  }

  /// Passes over the fields after the last chunk, which say nothing that is wanted here.
  private mutating func readTrailer() throws(HTTPError) -> Bool {
    guard let line = try takeField() else { return false }
    if line.isEmpty {
      part = .complete
    } else {
      var checked = head
      try checked?.addField(line)
    }
    return true
  }
}

extension RequestLimits {
  fileprivate var lineTooLong: HTTPError {
    HTTPError(.uriTooLong, "the request's first line is longer than \(requestLine) bytes")
  }

  fileprivate var headerTooLarge: HTTPError {
    HTTPError(
      .requestHeaderFieldsTooLarge, "the header is larger than \(header) bytes or has more than \(fields) fields")
  }
}
