import DatastarLocking
import LibeventHTTP
import Testing
import TodoTestSupport

@Suite("ResponseStream: writing and ending") struct ResponseStreamTests {
  /// Hands the streams that a server opens to the test.
  private final class Opened: Sendable {
    private let (streams, continuation) = AsyncStream.makeStream(of: ResponseStream.self)
    func add(_ stream: ResponseStream) { continuation.yield(stream) }
    func next() async -> ResponseStream? { await streams.first { _ in true } }
  }

  private func withStream(
    configure: (inout ServerConfiguration) -> Void = { _ in },
    onOpen: @escaping @Sendable (ResponseStream) -> Void = { _ in },
    _ body: (ListeningAddress, Opened) async throws -> Void
  ) async throws {
    let opened = Opened()
    try await withServer(
      configure: configure,
      routes: { router in
        router.get("/stream") { _ in
          Response(headers: ["Content-Type": "text/event-stream"]) { stream in
            onOpen(stream)
            opened.add(stream)
          }
        }
      },
      { address in try await body(address, opened) })
  }

  private func open(_ address: ListeningAddress, receiveBuffer: Int32? = nil) async throws -> ClientConnection {
    let client = try ClientConnection(to: address, receiveBuffer: receiveBuffer)
    try await client.request("GET", "/stream")
    #expect(try await client.readHead()["transfer-encoding"] == "chunked")
    return client
  }

  @Test("pieces arrive as chunks, and the end completes the body and closes")
  func chunks() async throws {
    try await withStream { address, opened in
      let client = try await open(address)
      let stream = try #require(await opened.next())
      stream.loop.execute {
        stream.write(stream.framing.framed(Array("one".utf8)))
        stream.write(stream.framing.framed(Array("two".utf8)))
        stream.end()
      }
      #expect(try await client.readChunk() == Array("one".utf8))
      #expect(try await client.readChunk() == Array("two".utf8))
      #expect(try await client.readChunk() == nil)
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test("what is under way to a client that does not read is bounded")
  func underWay() async throws {
    let bound = 16 * 1024
    try await withStream(configure: { $0.streamSendBuffer = Int32(bound) }) { address, opened in
      let client = try await open(address, receiveBuffer: 4096)
      let stream = try #require(await opened.next())
      let taken = await withCheckedContinuation { done in
        stream.loop.execute {
          var taken = 0
          while stream.isDrained, taken < 100 * bound {
            stream.write(stream.framing.framed([UInt8](repeating: 0, count: 1024)))
            taken += 1024
          }
          done.resume(returning: taken)
        }
      }
      // The kernel may count twice as many, and the client's takes some.
      #expect(taken < 4 * bound)
      withExtendedLifetime(client) {}
    }
  }

  @Test("a stream that is closed while it goes on, and that nobody else holds, ends nothing else")
  func closedWhileDraining() async throws {
    let (closed, close) = AsyncStream.makeStream(of: Void.self)
    try await withServer { _ in
    } routes: { router in
      router.get("/stream") { _ in
        Response(headers: [:]) { stream in
          // As a write does that finds that the client has gone.
          stream.onDrain = { stream.close() }
          stream.onClose = { close.yield() }
          stream.write(stream.framing.framed([UInt8](repeating: 0, count: 1_000_000)))
        }
      }
      router.get("/") { _ in .text(.ok, "hello") }
    } _: { address in
      let client = try await open(address, receiveBuffer: 4096)
      _ = try await client.readToEnd()
      await closed.first { true }
      #expect(try await ClientConnection.fetch("GET", "/", from: address).status == 200)
    }
  }

  @Test("a piece may be sent from anywhere, framed by the stream, and is waited for until it is on its way")
  func sending() async throws {
    try await withStream { address, opened in
      let client = try await open(address, receiveBuffer: 4096)
      let stream = try #require(await opened.next())
      let sent = Locked(0)
      let sending = Task.detached {
        for _ in 0..<4 {
          await stream.send([UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000))
          sent.withLock { $0 += 1 }
        }
        await stream.send([])
        await stream.finish()
        await stream.send([0])
      }
      var count = 0
      while let chunk = try await client.readChunk() {
        #expect(chunk.count == 1_000_000)
        count += 1
        // The kernel's buffers hold less than a piece.
        #expect(sent.withLock { $0 } <= count)
      }
      #expect(count == 4)
      await sending.value
    }
  }

  @Test("who sends to a client that takes nothing in goes on when that has gone")
  func sendingToNobody() async throws {
    try await withStream { address, opened in
      var client: ClientConnection? = try await open(address, receiveBuffer: 4096)
      let stream = try #require(await opened.next())
      let sending = Task.detached { await stream.send([UInt8](repeating: 0, count: 8_000_000)) }
      _ = try await client?.readSome()
      client = nil
      await sending.value
      await stream.send([0])
    }
  }

  @Test("an HTTP/1.0 client gets the bytes as they are, until the connection closes")
  func http10() async throws {
    try await withStream { address, opened in
      let client = try ClientConnection(to: address)
      try await client.send("GET /stream HTTP/1.0\r\n\r\n")
      #expect(try await client.readHead()["transfer-encoding"] == nil)
      let stream = try #require(await opened.next())
      stream.loop.execute {
        stream.write(stream.framing.framed(Array("plain".utf8)))
        stream.end()
      }
      #expect(try await client.readToEnd() == Array("plain".utf8))
    }
  }

  @Test("a stream on a connection that has carried other requests has its whole header")
  func keptAlive() async throws {
    try await withStream { address, opened in
      let client = try ClientConnection(to: address)
      for _ in 0..<2 {
        try await client.request("GET", "/nothing")
        #expect(try await client.readResponse().status == 404)
      }
      try await client.request("GET", "/stream")
      #expect(try await client.readHead()["content-type"] == "text/event-stream")
      let stream = try #require(await opened.next())
      stream.loop.execute { stream.write(stream.framing.framed(Array("one".utf8))) }
      #expect(try await client.readChunk() == Array("one".utf8))
    }
  }

  @Test("a stream notices that its client has gone")
  func clientLeaves() async throws {
    let (closed, close) = AsyncStream.makeStream(of: Void.self)
    try await withStream(onOpen: { $0.onClose = { close.yield() } }) { address, opened in
      var client: ClientConnection? = try await open(address)
      let stream = try #require(await opened.next())
      withExtendedLifetime(client) {}
      client = nil
      await closed.first { true }
      #expect(await Task(executorPreference: stream.loop.tasks) { !stream.isOpen }.value)
    }
  }

  @Test("what the kernel does not take waits and arrives in order, and draining is told")
  func backlog() async throws {
    let drained = Locked(0)
    try await withStream(onOpen: { $0.onDrain = { drained.withLock { $0 += 1 } } }) { address, opened in
      let client = try await open(address, receiveBuffer: 4096)
      let stream = try #require(await opened.next())
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
      let isDrained = await Task(executorPreference: stream.loop.tasks) {
        for number in 0..<8 { stream.write(stream.framing.framed(Array("\(number)".utf8) + piece)) }
        return stream.isDrained
      }.value
      #expect(!isDrained)
      for number in 0..<8 {
        let chunk = try #require(try await client.readChunk())
        #expect(chunk.count == 1_000_001 && chunk[0] == UInt8(ascii: "0") + UInt8(number))
      }
      #expect(await Task(executorPreference: stream.loop.tasks) { stream.isDrained }.value)
      #expect(drained.withLock { $0 } == 1)
    }
  }

  @Test("shared bytes arrive whole at every stream, also where the kernel takes them in parts and between others")
  func sharing() async throws {
    var random = SplitMix64(seed: 7)
    let large = (0..<700_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let pieces: [[UInt8]] = [Array("first".utf8), large, Array("between".utf8), large.reversed(), [1]]
    try await withStream { address, opened in
      let framed = pieces.map(BodyFraming.chunked.framed)
      let shared = framed.map(SharedBytes.init)
      var clients: [ClientConnection] = []
      for number in 0..<3 {
        clients.append(try await open(address, receiveBuffer: number == 0 ? 4096 : nil))
        let stream = try #require(await opened.next())
        stream.loop.execute {
          for (index, piece) in shared.enumerated() {
            if index == 2 { stream.write(framed[index]) } else { stream.write(piece) }
          }
          stream.end()
        }
      }
      for client in clients {
        for piece in pieces {
          let chunk = try #require(try await client.readChunk())
          #expect(chunk == piece)
        }
        #expect(try await client.readChunk() == nil)
      }
    }
  }

  @Test("a client that takes nothing for the stall timeout is closed")
  func stalled() async throws {
    let (closed, close) = AsyncStream.makeStream(of: Void.self)
    try await withStream(
      configure: { $0.stallTimeout = .milliseconds(200) }, onOpen: { $0.onClose = { close.yield() } }
    ) { address, opened in
      let client = try await open(address, receiveBuffer: 4096)
      let stream = try #require(await opened.next())
      stream.loop.execute { stream.write([UInt8](repeating: 0, count: 8_000_000)) }
      await closed.first { true }
      withExtendedLifetime(client) {}
    }
  }

  @Test("a client that keeps sending on its stream is closed, and the server goes on")
  func unexpectedInput() async throws {
    try await withStream { address, opened in
      let client = try await open(address)
      _ = await opened.next()
      try? await client.send(String(repeating: "x", count: 100_000))
      _ = try await client.readToEnd()
      _ = try await open(address)
    }
  }

  @Test("a little input on a stream is passed over")
  func littleInput() async throws {
    try await withStream { address, opened in
      let client = try await open(address)
      let stream = try #require(await opened.next())
      try await client.send("GET / HTTP/1.1\r\n\r\n")
      stream.loop.execute { stream.write(stream.framing.framed(Array("still here".utf8))) }
      #expect(try await client.readChunk() == Array("still here".utf8))
    }
  }

  @Test("an idle stream is asked for a sign of life, a busy one is not")
  func heartbeat() async throws {
    let (idle, isIdle) = AsyncStream.makeStream(of: Void.self)
    try await withStream(
      configure: { $0.heartbeat = .milliseconds(40) }, onOpen: { $0.onIdle = { isIdle.yield() } }
    ) { address, _ in
      let client = try await open(address)
      await idle.first { true }
      withExtendedLifetime(client) {}
    }
  }

  @Test("stopping the server completes every open stream")
  func stopping() async throws {
    var client: ClientConnection?
    try await withStream { address, opened in
      client = try await open(address)
      _ = await opened.next()
    }
    #expect(try await client?.readToEnd() == Array("0\r\n\r\n".utf8))
  }

  @Test("HEAD on a stream answers with the header alone")
  func head() async throws {
    try await withStream { address, _ in
      let response = try await ClientConnection.fetch("HEAD", "/stream", from: address)
      #expect(response.status == 200)
      #expect(response["content-type"] == "text/event-stream")
    }
  }
}
