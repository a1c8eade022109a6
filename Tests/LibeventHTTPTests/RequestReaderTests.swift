import Testing
import TodoTestSupport

@testable import LibeventHTTP

@Suite("RequestReader: requests out of bytes") struct RequestReaderTests {
  /// Reads what comes in parts of so many bytes.
  private func read(_ text: String, parts: Int = .max) throws -> [ReceivedRequest] {
    var reader = RequestReader(limits: RequestLimits(), largeBodies: LargeBodies(limit: .max))
    var requests: [ReceivedRequest] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      reader.append(rest.prefix(parts))
      rest = rest.dropFirst(parts)
      while let request = try reader.next() { requests.append(request) }
    }
    return requests
  }

  @Test("a request is read whatever the parts it comes in", arguments: [1, 2, 3, 7, 1000])
  func parts(size: Int) throws {
    let text = """
      POST /todos/a?b=c HTTP/1.1\r\nHost: x:80\r\nContent-Length:  5 \r\n\r\nhello\
      PUT /b HTTP/1.1\r\nhost: x\r\nTransfer-Encoding: Chunked\r\n\r\n\
      4\r\nwiki\r\nA;name="v"\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n\
      GET http://example.org?q HTTP/1.1\r\nHost: other\r\n\r\n\r\n\
      OPTIONS * HTTP/1.0\r\n\r\n
      """
    let requests = try read(text, parts: size)
    #expect(requests.map(\.head.method) == [.post, .put, .get, .options])
    #expect(requests.map(\.head.path) == ["/todos/a", "/b", "/", "*"])
    #expect(requests.map(\.head.query) == ["b=c", nil, "q", nil])
    #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == ["hello", "wiki0123456789", "", ""])
    #expect(requests.map { $0.head.headers["Host"] } == ["x:80", "x", "example.org", nil])
    #expect(requests.map(\.head.keepsAlive) == [true, true, true, false])
  }

  @Test(
    "a connection is kept as the request says",
    arguments: [
      ("1.1", "X: y", true), ("1.1", "Connection: close", false), ("1.1", "Connection: Upgrade, CLOSE", false),
      ("1.0", "X: y", false), ("1.0", "Connection: Keep-Alive", true),
    ])
  func keepsAlive(version: String, field: String, isKept: Bool) throws {
    let requests = try read("GET / HTTP/\(version)\r\nHost: x\r\n\(field)\r\n\r\n")
    #expect(requests.map(\.head.keepsAlive) == [isKept])
  }

  @Test("a client that asks whether it may send its body waits for the word, unless the body is there already")
  func awaitsContinue() throws {
    let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    var reader = RequestReader(limits: RequestLimits(), largeBodies: LargeBodies(limit: .max))
    reader.append(head.utf8)
    #expect(try reader.next() == nil && reader.awaitsContinue)
    reader.append("h".utf8)
    #expect(try reader.next() == nil && !reader.awaitsContinue)
    reader.append("i".utf8)
    #expect(try reader.next()?.body == Array("hi".utf8))
    reader.append((head + "h").utf8)
    #expect(try reader.next() == nil && !reader.awaitsContinue)
  }

  @Test("any token is a method, in the case in which it was sent", arguments: ["BREW", "QUERY", "get", "M-SEARCH"])
  func methods(method: String) throws {
    #expect(try read("\(method) / HTTP/1.1\r\nHost: x\r\n\r\n", parts: 1).map(\.head.method.rawValue) == [method])
  }

  private static let host = "Host: x\r\n"

  @Test(
    "what could be read in two ways is refused, by whole and byte by byte",
    arguments: [
      ("GET /\r\n\r\n", 400), ("GET / HTTP/1.1 \r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400),
      ("\r\n\r\n", 400), ("nonsense\r\n", 400), ("GET / HTTP/1.1\n\(host)\r\n", 400),
      ("GET / HTTP/1.2\r\n", 400), ("GET / HTTP/9.9\r\n", 400), ("GET / http/1.1\r\n", 400),
      ("PRI * HTTP/2.0\r\n\r\n", 400), ("GET / HTTP/1.10\r\n", 400), ("G(T / HTTP/1.1\r\n", 400),
      ("CONNECT x:443 HTTP/1.1\r\n", 501), ("CONNECT / HTTP/1.1\r\n", 501),
      ("GET nowhere HTTP/1.1\r\n", 400), ("GET * HTTP/1.1\r\n", 400), ("GET /a#b HTTP/1.1\r\n", 400),
      ("GET /\u{7F} HTTP/1.1\r\n", 400), ("GET /ä HTTP/1.1\r\n", 400), ("GET /\0 HTTP/1.1\r\n", 400),
      ("GET ftp://x/ HTTP/1.1\r\n", 400),
      ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\(host)\(host)\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400), ("GET http://a@b/ HTTP/1.1\r\n\(host)\r\n", 400),
      ("GET / HTTP/1.1\r\nbad\r\n", 400), ("GET / HTTP/1.1\r\n: x\r\n", 400), ("GET / HTTP/1.1\r\nA : x\r\n", 400),
      ("GET / HTTP/1.1\r\n A: x\r\n", 400), ("GET / HTTP/1.1\r\nA: x\r\n y\r\n", 400),
      ("GET / HTTP/1.1\r\nA: x\0y\r\n", 400), ("GET / HTTP/1.1\r\nA: x\ry\r\n", 400), ("GET / HTTP/1.1\r\nA: x\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 1, 1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: +1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 0x1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length:\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400),
      ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n", 501),
      ("POST / HTTP/1.1\r\n\(host)Expect: 200-ok\r\n\r\n", 417),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 65537\r\n\r\n", 413),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n", 413),
    ])
  func refusedHeads(text: String, status: Int) {
    refused(text, status)
  }

  @Test(
    "chunks that could be read in two ways are refused",
    arguments: [
      ("0x1\r\n", 400), ("+1\r\n", 400), ("-1\r\n", 400), (" 1\r\n", 400), ("1 \r\n", 400), ("\r\n", 400),
      ("g\r\n", 400),
      ("1\n", 400), ("123456789\r\n", 400), ("1\r\nab\r\n", 400), ("1\r\na\n", 400), ("1;\u{1}\r\n", 400),
      ("10001\r\n", 413), ("ffffffff\r\n", 413), ("0\r\nbad\r\n", 400), ("0\r\nA: x\n", 400),
    ])
  func refusedChunks(chunks: String, status: Int) {
    refused("POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n\(chunks)", status)
  }

  private func refused(_ text: String, _ status: Int) {
    for parts in [1, Int.max] {
      let error = #expect(throws: HTTPError.self) { try read(text, parts: parts) }
      #expect(error?.status.code == status, "\(error?.reason ?? "")")
    }
  }

  @Test("a line, a header, fields and trailers over their limits are refused before they are complete")
  func limits() {
    let head = "GET / HTTP/1.1\r\n\(Self.host)"
    let chunked = "POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n"
    refused("GET /" + String(repeating: "x", count: 9_000), 414)
    refused(head + "A: " + String(repeating: "x", count: 20_000), 431)
    refused(head + String(repeating: "A: \(String(repeating: "x", count: 1000))\r\n", count: 20), 431)
    refused(head + String(repeating: "A: x\r\n", count: 101), 431)
    refused(chunked + "0\r\n" + String(repeating: "A: x\r\n", count: 101), 431)
    refused(chunked + "1;" + String(repeating: "x", count: 300), 400)
  }

  /// Reads a request with a body of so many bytes, in chunks or by its length, of which a server may hold 300,000.
  private func readLarge(
    _ path: String, _ size: Int, chunked: Bool, _ bodies: LargeBodies = LargeBodies(limit: 300_000)
  ) throws -> ReceivedRequest? {
    var limits = RequestLimits()
    limits.largeBody = { $0 == .post && $1 == "/large" ? 200_000 : nil }
    var reader = RequestReader(limits: limits, largeBodies: bodies)
    let body = String(repeating: "x", count: size)
    let field = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
    let chunks = "\(String(size / 2, radix: 16))\r\n\(body.prefix(size / 2))\r\n"
    reader.append(
      "POST \(path) HTTP/1.1\r\n\(Self.host)\(field)\r\n\r\n\(chunked ? chunks + chunks + "0\r\n\r\n" : body)".utf8)
    return try reader.next()
  }

  @Test("a path takes as large a body as is said of it, and no other does", arguments: [false, true])
  func largeBodies(chunked: Bool) throws {
    #expect(try readLarge("/large", 200_000, chunked: chunked)?.body.count == 200_000)
    for (path, size) in [("/large", 200_002), ("/small", 65_538)] {
      let error = #expect(throws: HTTPError.self) { try readLarge(path, size, chunked: chunked) }
      #expect(error?.status == .contentTooLarge)
    }
    #expect(try readLarge("/small", 65_536, chunked: chunked)?.body.count == 65_536)
  }

  @Test("a large body is refused while there is no room for it, and taken when those before it are done with")
  func room() throws {
    let bodies = LargeBodies(limit: 300_000)
    var held = try readLarge("/large", 150_000, chunked: false, bodies)
    #expect(held?.room != nil)
    // Chunks take all the room that they could need.
    for (size, chunked) in [(150_002, false), (70_000, true)] {
      let error = #expect(throws: HTTPError.self) { try readLarge("/large", size, chunked: chunked, bodies) }
      #expect(error?.status == .serviceUnavailable && error?.retryAfter == 1)
    }
    #expect(try readLarge("/large", 150_000, chunked: false, bodies) != nil)
    #expect(try readLarge("/large", 60_000, chunked: true, bodies)?.room == nil)
    held = nil
    #expect(try readLarge("/large", 200_000, chunked: true, bodies) != nil)
  }

  @Test("random changes of good requests make requests or refusals, and whatever the parts the same ones")
  func randomBytes() {
    var random = SplitMix64(seed: 11)
    let good = Array(
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n"
        .utf8)
    let alphabet = Array("\r\n :;0123456789abcdefxHTP/.\t\u{0}".utf8)
    for _ in 0..<2_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = alphabet.randomElement(using: &random) ?? 0
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(outcome(text, parts: .max) == outcome(text, parts: 3))
    }
  }

  private func outcome(_ text: String, parts: Int) -> [String] {
    do {
      return try read(text, parts: parts).map { "\($0.head.method) \($0.head.path) \($0.body)" }
    } catch {
      return ["\(error)"]
    }
  }
}
