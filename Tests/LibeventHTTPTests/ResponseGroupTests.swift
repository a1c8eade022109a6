import DatastarLocking
import Testing
import TodoTestSupport
@testable import LibeventHTTP

@Suite("ResponseGroup: streams that are written together") struct ResponseGroupTests {
  /// A group on the only loop of a server, and the streams that its clients have opened, in their order.
  private final class Opened: @unchecked Sendable {
    // Sendable: touched on the loop's thread only, but for the channel.
    let group = ResponseGroup()
    var streams: [ResponseStream] = []
    private let (opened, open) = AsyncStream.makeStream(of: Void.self)

    func add(_ stream: ResponseStream) {
      streams.append(stream)
      open.yield()
    }

    /// Opens a stream, and answers its client's end when the server has it.
    func client(of address: ListeningAddress, receiveBuffer: Int32? = nil) async throws -> ClientConnection {
      let client = try ClientConnection(to: address, receiveBuffer: receiveBuffer)
      try await client.request("GET", "/stream")
      _ = try await client.readHead()
      await opened.first { true }
      return client
    }
  }

  private func withGroup(
    configure: @escaping @Sendable (ResponseStream) -> Void = { _ in },
    _ body: (ListeningAddress, Opened, _ onLoop: (@escaping @Sendable () -> Void) async -> Void) async throws -> Void
  ) async throws {
    let (opened, loop) = (Opened(), Locked<EventLoop?>(nil))
    try await withServer(
      // Ticks are the test's own.
      configure: { ($0.loops, $0.heartbeat) = (1, .seconds(3_600)) },
      routes: { router in
        router.get("/stream") { _ in
          Response(headers: [:]) { stream in
            loop.withLock { $0 = stream.loop }
            configure(stream)
            opened.add(stream)
          }
        }
      },
      { address in
        try await body(address, opened) { work in
          guard let loop = loop.withLock({ $0 }) else { return }
          await Task(executorPreference: loop.tasks) { work() }.value
        }
      })
  }

  private func chunk(_ text: String) -> [UInt8] { BodyFraming.chunked.framed(Array(text.utf8)) }

  private func read(_ client: ClientConnection) async throws -> String? {
    try await client.readChunk().map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("all are sent what the group is written, and whoever has left is not")
  func leaving() async throws {
    try await withGroup { address, opened, onLoop in
      var clients: [ClientConnection] = []
      for _ in 0..<3 { clients.append(try await opened.client(of: address)) }
      let (first, both, rest) = (chunk("first"), chunk("both"), SharedBytes(chunk("rest")))
      await onLoop {
        for stream in opened.streams { opened.group.insert(stream) }
        opened.group.write(first)
        // The last one takes the place of the first.
        opened.group.remove(opened.streams[0])
        #expect(opened.group.count == 2)
        opened.group.write(both)
        opened.group.remove(opened.streams[2])
        opened.group.write(rest)
        for stream in opened.streams { stream.end() }
        #expect(opened.group.count == 0)
      }
      for (client, expected) in zip(clients, [["first"], ["first", "both", "rest"], ["first", "both"]]) {
        for text in expected { #expect(try await read(client) == text) }
        #expect(try await read(client) == nil)
      }
    }
  }

  @Test("a stream that is closed, by whichever side, is out of its group, and the others get theirs")
  func closing() async throws {
    let (closed, close) = AsyncStream.makeStream(of: Void.self)
    try await withGroup(configure: { $0.onClose = { close.yield() } }) { address, opened, onLoop in
      var leaving: ClientConnection? = try await opened.client(of: address)
      let closedByServer = try await opened.client(of: address)
      let staying = try await opened.client(of: address)
      await onLoop { for stream in opened.streams { opened.group.insert(stream) } }
      withExtendedLifetime(leaving) {}
      leaving = nil
      await closed.first { true }
      let text = chunk("still here")
      await onLoop {
        #expect(opened.group.count == 2)
        opened.streams[1].close()
        #expect(opened.group.count == 1)
        opened.group.write(text)
      }
      #expect(try await read(staying) == "still here")
      #expect(try await closedByServer.readToEnd().isEmpty)
    }
  }

  @Test("a stream whose client does not take all in is let go, told so, and sent the rest by itself")
  func lagging() async throws {
    let (lags, drains) = (Locked(0), Locked(0))
    try await withGroup(
      configure: { stream in
        stream.onLag = { lags.withLock { $0 += 1 } }
        stream.onDrain = { drains.withLock { $0 += 1 } }
      },
      { address, opened, onLoop in
        let slow = try await opened.client(of: address, receiveBuffer: 4096)
        let large = String(repeating: "x", count: 1_000_000)
        let (chunks, shared) = ([chunk(large), chunk("more")], SharedBytes(chunk(large)))
        await onLoop {
          opened.group.insert(opened.streams[0])
          opened.group.write(shared)
          #expect(opened.group.count == 0 && !opened.streams[0].isDrained)
          opened.group.write(chunks[1])
          opened.streams[0].write(chunks[0])
        }
        for _ in 0..<2 { #expect(try await read(slow) == large) }
        await onLoop { opened.streams[0].write(chunks[1]) }
        #expect(try await read(slow) == "more")
        #expect(lags.withLock { $0 } == 1 && drains.withLock { $0 } == 1)
      })
  }

  @Test("what the group is written is a sign of life of each of its streams")
  func heartbeats() async throws {
    let idle = Locked(0)
    try await withGroup(configure: { $0.onIdle = { idle.withLock { $0 += 1 } } }) { address, opened, onLoop in
      let client = try await opened.client(of: address)
      let text = chunk("busy")
      await onLoop {
        opened.group.insert(opened.streams[0])
        for _ in 0..<5 {
          opened.group.write(text)
          opened.streams[0].tick(idleLimit: 2)
          opened.streams[0].tick(idleLimit: 2)
        }
        #expect(idle.withLock { $0 } == 0)
        opened.streams[0].tick(idleLimit: 2)
        #expect(idle.withLock { $0 } == 1)
      }
      withExtendedLifetime(client) {}
    }
  }
}
