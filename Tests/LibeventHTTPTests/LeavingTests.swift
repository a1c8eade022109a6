import LibeventHTTP
import MetricsTestKit
import Testing
import TodoTestSupport

@Suite("Server: clients that leave before they have been answered", .timeLimit(.minutes(1))) struct LeavingTests {
  private let log = LogRecorder()
  private let metrics = TestMetrics()
  /// Nothing ever comes of it.
  private let quiet = AsyncStream.makeStream(of: Void.self)
  private let begun = AsyncStream.makeStream(of: Void.self)
  private let ended = AsyncStream.makeStream(of: Bool.self)

  /// Waits for what never comes, and says how that has ended.
  private func waitForNothing() async {
    begun.continuation.yield()
    for await _ in quiet.stream {}
    ended.continuation.yield(Task.isCancelled)
  }

  private func withServer(_ body: (ListeningAddress) async throws -> Void) async throws {
    let configure = { (configuration: inout ServerConfiguration) in
      configuration.metrics = metrics
      configuration.stopTimeout = .seconds(600)
    }
    try await LibeventHTTPTests.withServer(configure: configure, logger: log.logger) { router in
      router.get("/stream") { _ in Response(headers: [:]) { _ in await waitForNothing() } }
      router.get("/throws") { _ in
        await waitForNothing()
        try Task.checkCancellation()
        return .text(.ok, "never")
      }
      router.get("/answers") { _ in
        await waitForNothing()
        return .text(.ok, "in spite of that")
      }
      router.get("/fails") { _ in
        await waitForNothing()
        struct Interrupted: Error {}
        throw Interrupted()
      }
      router.get("/") { _ in .text(.ok, "hello") }
    } _: { address in
      try await body(address)
    }
  }

  private func wasCancelled() async -> Bool? { await ended.stream.first { _ in true } }

  @Test(
    "what waits for a quiet source ends when the client leaves, and is no failure",
    arguments: ["/stream", "/throws", "/fails", "/answers"])
  func leaving(path: String) async throws {
    try await withServer { address in
      var client: ClientConnection? = try ClientConnection(to: address)
      try await client?.request("GET", path)
      await begun.stream.first { true }
      client = nil
      #expect(await wasCancelled() == true)
      #expect(try await ClientConnection.fetch("GET", "/", from: address).status == 200)
    }
    #expect(log.lines.filter { $0.level > .info }.isEmpty)
    #expect(throws: (any Error).self) { try metrics.expectCounter("http_server_requests_total", [("status", "500")]) }
    let left = log.lines.filter { $0.message == "the client has left before it was answered" }
    #expect(left.count == (["/throws", "/fails"].contains(path) ? 1 : 0))
  }

  @Test("a client that says that it sends no more gets the answer, where there is one in spite of that")
  func halfClosed() async throws {
    try await withServer { address in
      let client = try ClientConnection(to: address)
      try await client.request("GET", "/answers")
      client.finishSending()
      #expect(await wasCancelled() == true)
      #expect(try await client.readResponse().text == "in spite of that\n")
    }
  }

  @Test("a client that is answered, or asks again, has nothing cancelled")
  func staying() async throws {
    try await withServer { address in
      let client = try ClientConnection(to: address)
      for _ in 0..<2 {
        try await client.request("GET", "/answers")
        await begun.stream.first { true }
        quiet.continuation.yield()
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        quiet.continuation.finish()
        #expect(await wasCancelled() == false)
        #expect(try await client.readResponse().text == "in spite of that\n")
        #expect(try await client.readResponse().text == "hello\n")
      }
    }
  }

  @Test("a server that stops tells the handlers of its streams, and waits for them")
  func stopping() async throws {
    let client = Held()
    try await withServer { address in
      let connection = try ClientConnection(to: address)
      try await connection.request("GET", "/stream")
      await begun.stream.first { true }
      client.connection = connection
    }
    #expect(await wasCancelled() == true)
    #expect(try await client.connection?.readHead().status == 200)
    #expect(try await client.connection?.readChunk() == nil)
  }

  /// Keeps a client for longer than its server.
  private final class Held { var connection: ClientConnection? }
}
