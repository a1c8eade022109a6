import Datastar
import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Logging
import MetricsTestKit
import Testing
import TodoTestSupport

@Suite("EventStream: subscribing") struct EventStreamTests {
  private let broadcaster: Broadcaster
  private let joins: AsyncStream<Topic>
  private let leaves: AsyncStream<Topic>
  private let metrics = TestMetrics()

  init() {
    let (joins, join) = AsyncStream.makeStream(of: Topic.self)
    let (leaves, leave) = AsyncStream.makeStream(of: Topic.self)
    var configuration = Configuration()
    configuration.onSubscribe = { topic, _ in join.yield(topic) }
    configuration.onUnsubscribe = { topic, _ in leave.yield(topic) }
    broadcaster = Broadcaster(configuration)
    (self.joins, self.leaves) = (joins, leaves)
  }

  private func withServer(
    loops: Int = 1, _ body: (ListeningAddress) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.loops = loops
    configuration.metrics = metrics
    var router = Router()
    router.get("/subscribe/:topic") { [broadcaster] request in
      broadcaster.stream(request) { stream in
        try await stream.subscribe(Topic(request.parameters["topic"] ?? ""))
        await stream.send { $0.patchElements("<p id=\"hello\">\(stream.lastEventID ?? "new")</p>") }
      }
    }
    router.get("/once") { request in
      EventStream.response(to: request) { stream in
        await stream.send { $0.patchElements("<p>1</p>") }
        await Task.detached {}.value
        await stream.send { $0.patchElements("<p>2</p>") }
      }
    }
    router.get("/fails") { request in
      EventStream.response(to: request) { stream in
        await stream.send { $0.patchElements("<p>1</p>") }
        throw CancellationError()
      }
    }
    let server = try await RunningServer(
      configuration: configuration, logger: Logger(label: "test"), router: router)
    do { try await body(server.address) } catch { await server.stop(); throw error }
    await server.stop()
  }

  private func state(_ revision: Int64, _ text: String) -> Payload {
    var events = EventCollector()
    events.patchElements(text, eventID: EventID(revision))
    return Payload(events.bytes, version: .init(revision: revision))
  }

  @Test("a stream that does not subscribe ends when its handler returns")
  func once() async throws {
    try await withServer { address in
      let reader = try await EventReader("/once", on: ClientConnection(to: address))
      #expect(reader.head["content-type"] == "text/event-stream")
      #expect(reader.head["cache-control"] == "no-cache")
      #expect(try await reader.next()?.data == "elements <p>1</p>")
      #expect(try await reader.next()?.data == "elements <p>2</p>")
      #expect(try await reader.next() == nil)
    }
  }

  @Test("an error in the handler ends the stream cleanly")
  func failing() async throws {
    try await withServer { address in
      let reader = try await EventReader("/fails", on: ClientConnection(to: address))
      #expect(try await reader.next() != nil)
      #expect(try await reader.next() == nil)
    }
  }

  @Test("a subscribed stream gets its own events first, then every broadcast of its topic alone")
  func subscribed() async throws {
    try await withServer { address in
      let reader = try await EventReader("/subscribe/a", on: ClientConnection(to: address))
      #expect(try await reader.next()?.data == "elements <p id=\"hello\">new</p>")
      broadcaster.broadcast(to: "b") { $0.patchElements("<p>other</p>") }
      broadcaster.broadcast(to: "a") { $0.patchElements("<p>milk</p>") }
      broadcaster.broadcast(to: "a") { $0.patchElements("<p>tea</p>") }
      #expect(try await reader.next()?.data == "elements <p>milk</p>")
      #expect(try await reader.next()?.data == "elements <p>tea</p>")
    }
  }

  @Test("a client that goes is off its topic")
  func leaving() async throws {
    try await withServer { address in
      var connection: ClientConnection? = try ClientConnection(to: address)
      if let connection {
        let reader = try await EventReader("/subscribe/a", on: connection)
        _ = try await reader.next()
      }
      #expect(broadcaster.subscriberCount(of: "a") == 1)
      connection = nil
      #expect(await leaves.first { _ in true } == "a")
      #expect(broadcaster.subscriberCount(of: "a") == 0)
    }
  }

  @Test("a stream that the server ends is off its topic")
  func stopping() async throws {
    try await withServer { address in
      let reader = try await EventReader("/subscribe/a", on: ClientConnection(to: address))
      _ = try await reader.next()
    }
    #expect(broadcaster.subscriberCount(of: "a") == 0)
  }

  @Test("a server that stops tells each client when to return, and completes its stream")
  func sayingGoodbye() async throws {
    var clients: [ClientConnection] = []
    try await withServer(loops: 2) { address in
      for _ in 0..<20 {
        let client = try ClientConnection(to: address)
        try await client.request("GET", "/subscribe/a")
        _ = try await client.readHead()
        _ = try await client.readChunk()
        clients.append(client)
      }
    }
    var times: Set<Int> = []
    for client in clients {
      let last = String(decoding: try await client.readToEnd(), as: UTF8.self)
      let retry = try #require(last.firstMatch(of: /retry: ([0-9]+)\n\n\r\n0\r\n\r\n$/))
      times.insert(try #require(Int(retry.1)))
    }
    #expect(times.count > 10 && times.allSatisfy { (500...3_500).contains($0) })
  }

  @Test("stopping waits for the handlers of streams that have only begun")
  func stoppingInTheMiddle() async throws {
    let finished = Locked(0)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let responder: Responder = { request in
      EventStream.response(to: request) { _ in
        begin.yield()
        for _ in 0..<1000 { await Task.detached {}.value }
        finished.withLock { $0 += 1 }
      }
    }
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.stopTimeout = .seconds(60)
    let server = try await RunningServer(
      configuration: configuration, logger: Logger(label: "test"), responder: responder)
    let connection = try ClientConnection(to: server.address)
    try await connection.request("GET", "/")
    await begun.first { true }
    await server.stop()
    #expect(finished.withLock { $0 } == 1)
  }

  @Test("no stream is sent a state older than one it has had")
  func neverBackwards() async throws {
    try await withServer { address in
      let reader = try await EventReader("/subscribe/a", on: ClientConnection(to: address))
      _ = try await reader.next()
      for (revision, text) in [(2, "two"), (1, "one"), (2, "two again"), (3, "three")] as [(Int64, String)] {
        broadcaster.publish(state(revision, text), to: "a")
      }
      #expect(try await reader.next()?.data == "elements two")
      #expect(try await reader.next() == ClientEvent(type: "datastar-patch-elements", id: "3", data: "elements three"))
    }
  }

  @Test("the id of the last event is handed to the handler")
  func lastEventID() async throws {
    try await withServer { address in
      let reader = try await EventReader(
        "/subscribe/a", on: ClientConnection(to: address), headers: ["Last-Event-ID": "42"])
      #expect(try await reader.next()?.data == "elements <p id=\"hello\">42</p>")
    }
  }

  @Test("streams on every loop get every broadcast, in one order")
  func manyLoops() async throws {
    try await withServer(loops: 3) { address in
      var readers: [EventReader] = []
      for _ in 0..<40 {
        let reader = try await EventReader("/subscribe/a", on: ClientConnection(to: address))
        _ = try await reader.next()
        readers.append(reader)
      }
      // Short ones are sent as they are, long ones are shared.
      let texts = (1...50).map { $0 == 20 ? String(repeating: "\($0)", count: 20_000) : "\($0)" }
      for text in texts { broadcaster.broadcast(to: "a") { $0.patchElements(text) } }
      for reader in readers {
        for text in texts {
          let data = try await reader.next()?.data
          #expect(data == "elements " + text)
        }
      }
    }
  }

  @Test("a client that does not read gets the newest state when it does, and not every one between")
  func conflation() async throws {
    try await withServer { address in
      let reader = try await EventReader("/subscribe/a", on: ClientConnection(to: address, receiveBuffer: 4096))
      _ = try await reader.next()
      let bulk = String(repeating: "x", count: 1_000_000)
      for revision in 1...100 as ClosedRange<Int64> {
        broadcaster.publish(state(revision, "\(revision) \(bulk)"), to: "a")
      }
      var ids: [Int] = []
      while ids.last != 100 { ids.append(Int(try #require(try await reader.next()?.id)) ?? -1) }
      #expect(ids == ids.sorted())
      #expect(ids.count < 50)
    }
  }

  @Test("of the messages that wait for a client that does not read, the newest are kept, and the others counted")
  func overflow() async throws {
    try await withServer { address in
      let connection = try ClientConnection(to: address, receiveBuffer: 4096)
      let reader = try await EventReader("/subscribe/a", on: connection)
      _ = try await reader.next()
      let bulk = String(repeating: "x", count: 100_000)
      for number in 1...40 { broadcaster.broadcast(to: "a") { $0.patchElements("\(number) \(bulk)") } }
      var numbers: [Int] = []
      while numbers.last != 40 {
        let event = try #require(try await reader.next())
        numbers.append(Int(event.data.split(separator: " ")[1]) ?? -1)
      }
      #expect(numbers.suffix(16) == Array(25...40) && numbers.count < 40)
      #expect(try metrics.expectCounter("datastar_stream_dropped_messages_total").totalValue >= 40 - numbers.count)
    }
  }
}
