import Datastar
import DatastarHTTP
import DatastarPubSub
import HTTPServer
import Logging
import TestSupport
import Testing

@Suite("EventStream: compression") struct CompressionTests {
  private let broadcaster = Broadcaster()
  private let gzip = ["Accept-Encoding": "gzip"]

  private func withServer(
    loops: Int = 1, heartbeat: Duration = .seconds(20), compresses: Bool = true,
    _ body: (Server) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.loops = loops
    configuration.heartbeat = heartbeat
    let responder: Responder = { [broadcaster] request in
      EventStream.response(to: request, manager: broadcaster.manager) { stream in
        try await stream.subscribe("a", after: nil)
        stream.send { $0.patchSignals(["ready": true]) }
      }
    }
    let server = try await Server(
      configuration: configuration, logger: Logger(label: "test"),
      responder: compresses ? responder : AcceptEncoding.ignored(by: responder))
    do { try await body(server) } catch { await server.stop(); throw error }
    await server.stop()
  }

  private func publish(_ revision: Int64, _ text: String) {
    broadcaster.broadcast("a", version: .init(revision: revision)) {
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

  /// What happens on a topic and to its streams, at random.
  private enum Step: CaseIterable {
    case change, grow, shrink, message, join, pause
  }

  @Test(
    "every stream, decoded in full, is made of whole frames, each newer than the one before, and ends on the newest",
    arguments: [1, 2, 3] as [UInt64])
  func property(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let history = StreamHistory()
    // Heartbeats are so frequent that they fall between the frames.
    try await withServer(loops: 2, heartbeat: .milliseconds(4)) { server in
      var readers: [Task<Void, any Error>] = []
      func join() async throws {
        let isSlow = Int.random(in: 0..<3, using: &random) == 0
        let connection = try ClientConnection(to: server.address, receiveBuffer: isSlow ? 4096 : nil)
        let reader = try await EventReader("/", on: connection, headers: Bool.random(using: &random) ? gzip : [:])
        let leavesAfter = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 1..<20, using: &random) : .max
        readers.append(Task { try await history.check(reader, isSlow: isSlow, leavesAfter: leavesAfter) })
      }
      for _ in 0..<5 { try await join() }
      var rows = (0..<200).map { "<li>\($0)</li>" }
      for revision in 1...60 as ClosedRange<Int64> {
        switch Step.allCases.randomElement(using: &random) {
        case .change: rows[rows.indices.randomElement(using: &random) ?? 0] = "<li>change \(revision)</li>"
        case .grow:
          // Up to twice as much as a block can refer back over.
          let count = Int.random(in: 1..<400, using: &random)
          rows += (0..<count).map { "<li>\($0) \(UInt64.random(in: 0...(.max), using: &random))</li>" }
        case .shrink: rows.removeLast(rows.count / 2)
        case .message: broadcaster.broadcast("a") { $0.patchSignals(["message": .number(Double(revision))]) }
        case .join: try await join()
        case .pause: try await Task.sleep(for: .milliseconds(Int.random(in: 1..<20, using: &random)))
        case nil: break
        }
        let text = rows.joined()
        history.note(text, revision)
        publish(revision, text)
      }
      history.note(StreamHistory.end, 61)
      publish(61, StreamHistory.end)
      await history.waitUntilDone(readers.count)
      await server.stop()
      for reader in readers { try await reader.value }
    }
  }
}
