import Datastar
import DatastarHTTP
import DatastarPubSub
import LibeventHTTP
import Logging
import Testing
import TodoTestSupport

@Suite("EventStream: compression") struct CompressionTests {
  private let broadcaster = Broadcaster()
  private let gzip = ["Accept-Encoding": "gzip"]

  private func withServer(
    loops: Int = 1, heartbeat: Duration = .seconds(20), compresses: Bool = true,
    _ body: (RunningServer) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.loops = loops
    configuration.heartbeat = heartbeat
    let responder: Responder = { [broadcaster] request in
      broadcaster.stream(request) { stream in
        try await stream.subscribe("a", after: nil)
        try await stream.subscribe("presence")
        await stream.send { $0.patchSignals(["ready": true]) }
      }
    }
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      try await compresses ? responder(request) : AcceptEncoding.ignored(request, responder)
    }
    do { try await body(server) } catch { await server.stop(); throw error }
    await server.stop()
  }

  private func publish(_ revision: Int64, _ text: String) {
    broadcaster.broadcast(to: "a", version: .init(revision: revision)) {
      $0.patchElements(text, eventID: EventID(revision))
    }
  }

  @Test(
    "a client is sent what it accepts",
    arguments: [
      ("gzip", true), ("br, gzip;q=0.8, identity;q=0.5", true), ("*", true), ("GZIP", true), ("gzip;q=0", false),
      ("gzip;q=0.5, identity", false), ("identity", false), ("br", false), (nil, false),
    ] as [(String?, Bool)])
  func negotiation(accepted: String?, isCompressed: Bool) async throws {
    try await withServer { server in
      let reader = try await EventReader(
        "/", on: ClientConnection(to: server.address), headers: accepted.map { ["Accept-Encoding": $0] } ?? [:])
      #expect(reader.head["content-encoding"] == (isCompressed ? "gzip" : nil))
      #expect(reader.head["vary"] == "Accept-Encoding")
      #expect(try await reader.next()?.data == #"signals {"ready":true}"#)
    }
  }

  @Test("compression can be switched off")
  func off() async throws {
    try await withServer(compresses: false) { server in
      let reader = try await EventReader("/", on: ClientConnection(to: server.address), headers: gzip)
      #expect(reader.head["content-encoding"] == nil)
      #expect(try await reader.next() != nil)
    }
  }

  @Test("a small change of a large state is a few bytes on the wire")
  func delta() async throws {
    try await withServer { server in
      let connection = try ClientConnection(to: server.address)
      try await connection.request("GET", "/", headers: gzip)
      _ = try await connection.readHead()
      for _ in 0..<2 { _ = try await connection.readChunk() }
      let rows = (0..<100).map { "<li id=\"todo-\($0)\">todo number \($0 &* 7919 % 1000)</li>" }
      publish(1, rows.joined())
      let whole = try #require(try await connection.readChunk())
      publish(2, rows.joined().replacing("number 7919", with: "number 1"))
      let delta = try #require(try await connection.readChunk())
      #expect(whole.count > 500 && delta.count < 120, "\(whole.count) and \(delta.count)")
    }
  }

  @Test("a client of HTTP/1.0 gets a compressed stream that ends with the connection")
  func oldProtocol() async throws {
    try await withServer { server in
      let connection = try ClientConnection(to: server.address)
      try await connection.send("GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
      #expect(try await connection.readHead()["content-encoding"] == "gzip")
      publish(1, "<p>1</p>")
      await server.stop()
      let text = try Inflater().inflate(await connection.readToEnd())
      #expect(String(decoding: text, as: UTF8.self).contains("elements <p>1</p>"))
    }
  }

  @Test("a client that has been sent heartbeats and another topic's states is sent the next change in a few bytes")
  func between() async throws {
    try await withServer(heartbeat: .milliseconds(200)) { server in
      let connection = try ClientConnection(to: server.address)
      try await connection.request("GET", "/", headers: gzip)
      _ = try await connection.readHead()
      let inflater = Inflater()
      /// Reads as far as an event, and returns how many bytes its chunk was.
      func read(to text: String) async throws -> Int? {
        while let chunk = try await connection.readChunk() {
          if try String(decoding: inflater.inflate(chunk), as: UTF8.self).contains(text) { return chunk.count }
        }
        return nil
      }
      let rows = (0..<100).map { "<li id=\"todo-\($0)\">todo number \($0 &* 7919 % 1000)</li>" }
      publish(1, rows.joined())
      let whole = try #require(try await read(to: "id: 1\n"))
      _ = try await read(to: EventReader.heartbeat)
      broadcaster.broadcast(to: "presence", version: .init(revision: 1)) { $0.patchElements("<p>2 people</p>") }
      _ = try await read(to: "2 people")
      _ = try await read(to: EventReader.heartbeat)
      publish(2, rows.joined().replacing("number 7919", with: "number 1"))
      let delta = try #require(try await read(to: "id: 2\n"))
      #expect(whole > 500 && delta < 120, "\(whole) and \(delta)")
    }
  }
}
