import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Logging
import MetricsTestKit
import Testing
import TodoTestSupport

@testable import DatastarHTTP

@Suite("EventStream: a slow client", .timeLimit(.minutes(2))) struct SlowClientTests {
  private static let bulk = String(repeating: "x", count: 100_000)
  private let broadcaster = Broadcaster()

  @Test("of 2,000 events of 100 KB few are held for a client that takes nothing in")
  func bounded() async throws {
    let (waits, wait) = AsyncStream.makeStream(of: Void.self)
    let (maxima, report) = AsyncStream.makeStream(of: Int.self)
    try await withStreams(of: broadcaster) { stream in
      var most = 0
      for _ in 1...2000 {
        await stream.send { $0.patchElements(Self.bulk) }
        most = max(most, stream.response.waitingBytes)
        if stream.response.waitingBytes > EventStream.sendLimit { wait.yield() }
      }
      report.yield(most)
    } body: { address in
      var connection: ClientConnection? = try ClientConnection(to: address, receiveBuffer: 4096)
      try await connection?.request("GET", "/")
      await waits.first { true }
      // It has nothing to wait for any more.
      connection = nil
      let most = try #require(await maxima.first { _ in true })
      #expect(most > 64 * 1024 && most < 200_000)
    }
  }

  @Test("messages that wait are within the limit of all that waits for clients; there is no room for more")
  func messagesWithinTheLimit() async throws {
    let metrics = TestMetrics()
    var configuration = ServerConfiguration()
    (configuration.port, configuration.metrics, configuration.unsent.total) = (0, metrics, 1_000_000)
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      broadcaster.stream(request) { stream in try await stream.subscribe("a") }
    }
    let connection = try ClientConnection(to: server.address, receiveBuffer: 4096)
    let reader = try await EventReader("/", on: connection)
    while broadcaster.subscriberCount(of: "a") == 0 { await Task.yield() }
    for number in 1...15 { broadcaster.broadcast(to: "a") { $0.patchElements("\(number) \(Self.bulk)") } }
    await broadcaster.waitUntilSent("a")
    #expect(try metrics.expectMeter("http_server_unsent_bytes").lastValue ?? 0 <= 1_000_000)
    let dropped = try metrics.expectCounter("datastar_stream_dropped_messages_total").totalValue
    #expect(dropped >= 5)
    for number in 1...15 - Int(dropped) {
      #expect(try await reader.next()?.data.hasPrefix("elements \(number) x") == true)
    }
    await server.stop()
  }

  @Test("what is sent to a client that reads late comes to it whole, and in its order")
  func order() async throws {
    try await withStreams(of: broadcaster) { stream in
      for number in 1...100 { await stream.send { $0.patchElements("\(number) \(Self.bulk)") } }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address, receiveBuffer: 65_536))
      for number in 1...100 { #expect(try await reader.next()?.data == "elements \(number) \(Self.bulk)") }
      #expect(try await reader.next() == nil)
    }
  }

  @Test("tasks that send to a client that reads late wait for their turn, and each event comes once")
  func manySenders() async throws {
    try await withStreams(of: broadcaster) { stream in
      await withTaskGroup(of: Void.self) { group in
        for sender in 0..<8 {
          group.addTask {
            for number in 0..<10 { await stream.send { $0.patchElements("\(sender) \(number) \(Self.bulk)") } }
          }
        }
      }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address, receiveBuffer: 65_536))
      var next = Array(repeating: 0, count: 8)
      while let event = try await reader.next() {
        let numbers = event.data.split(separator: " ").dropFirst().prefix(2).compactMap { Int($0) }
        #expect(next[numbers[0]] == numbers[1])
        next[numbers[0]] += 1
      }
      #expect(next == Array(repeating: 10, count: 8))
    }
  }

  @Test("a handler that waits for a client goes on when that has gone")
  func gone() async throws {
    let (waits, wait) = AsyncStream.makeStream(of: Void.self)
    let (ends, end) = AsyncStream.makeStream(of: Bool.self)
    try await withStreams(of: broadcaster) { stream in
      while stream.response.waitingBytes <= EventStream.sendLimit {
        await stream.send { $0.patchElements(Self.bulk) }
      }
      wait.yield()
      // Nothing comes between this and the waiting, since the loop has no turn.
      await stream.send { $0.patchElements(Self.bulk) }
      end.yield(await stream.isOpen)
    } body: { address in
      var connection: ClientConnection? = try ClientConnection(to: address, receiveBuffer: 65_536)
      try await connection?.request("GET", "/")
      await waits.first { true }
      connection = nil
      #expect(await ends.first { _ in true } == false)
    }
  }

  @Test("a handler that waits for a client, or goes on sending, comes to its end before the server ends its stream")
  func stopping() async throws {
    let (waits, wait) = AsyncStream.makeStream(of: Void.self)
    let isOpenAtEnd = Locked(false)
    var configuration = ServerConfiguration()
    (configuration.port, configuration.stopTimeout) = (0, .seconds(2))
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      EventStream.response(to: request) { stream in
        for _ in 1...2000 {
          if stream.response.waitingBytes > EventStream.sendLimit { wait.yield() }
          await stream.send { $0.patchElements(Self.bulk) }
        }
        isOpenAtEnd.withLock { $0 = stream.response.isOpen }
      }
    }
    let connection = try ClientConnection(to: server.address, receiveBuffer: 65_536)
    try await connection.request("GET", "/")
    await waits.first { true }
    await server.stop()
    #expect(isOpenAtEnd.withLock { $0 })
  }

  @Test("a handler that always sends and a topic that always changes leave a slow client to each other")
  func fairness() async throws {
    let isDone = Locked(false)
    try await withStreams(of: broadcaster) { stream in
      try await stream.subscribe("a", after: nil)
      while await stream.isOpen { await stream.send { $0.patchElements("handler \(Self.bulk)") } }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address, receiveBuffer: 65_536))
      let changes = Task { [broadcaster] in
        var revision: Int64 = 0
        while !isDone.withLock({ $0 }) {
          revision += 1
          broadcaster.broadcast(to: "a", version: .init(revision: revision)) { $0.patchElements("topic \(Self.bulk)") }
          await broadcaster.waitUntilSent("a")
        }
      }
      var seen = ["handler": 0, "topic": 0]
      while seen.values.contains(where: { $0 < 5 }) {
        let event = try #require(try await reader.next())
        seen[String(event.data.split(separator: " ")[1]), default: 0] += 1
      }
      isDone.withLock { $0 = true }
      await changes.value
    }
  }
}
