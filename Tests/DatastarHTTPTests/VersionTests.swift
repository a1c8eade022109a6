import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Logging
import Testing
import TodoTestSupport

@Suite("EventStream: versions", .timeLimit(.minutes(2))) struct VersionTests {
  private func withServer(
    _ topic: VersionedTopic, loops: Int = 1, keptDeltaBytes: Int = 32 * 1024,
    _ body: (RunningServer, Broadcaster) async throws -> Void
  ) async throws {
    var pubSub = Configuration()
    pubSub.catchUp = topic.catchUp
    pubSub.keptDeltaBytes = keptDeltaBytes
    let broadcaster = Broadcaster(pubSub)
    var configuration = ServerConfiguration()
    (configuration.port, configuration.loops, configuration.heartbeat) = (0, loops, .milliseconds(4))
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      broadcaster.stream(request) { stream in
        try await stream.subscribe("a", after: stream.clientVersion)
        await stream.send { $0.patchSignals([:]) }
      }
    }
    do { try await body(server, broadcaster) } catch { await server.stop(); throw error }
    await server.stop()
  }

  private func reader(_ server: RunningServer, after claim: Int64? = nil) async throws -> EventReader {
    try await EventReader(claim.map { "/?after=\($0)" } ?? "/", on: ClientConnection(to: server.address))
  }

  @Test("who shows the newest state is sent no state, and the deltas that come")
  func current() async throws {
    let topic = VersionedTopic(seed: 1)
    try await withServer(topic) { server, broadcaster in
      let reader = try await reader(server, after: topic.revision)
      #expect(try await reader.next(orHeartbeat: true)?.data == EventReader.heartbeat)
      let from = topic.revision
      broadcaster.publish(topic.change(), to: "a")
      try await VersionedTopic.follow(reader, from: from, to: topic.revision, isSlow: false)
    }
  }

  @Test("who was away is sent the deltas that are kept, of which the application is not asked")
  func missed() async throws {
    let topic = VersionedTopic(seed: 2)
    try await withServer(topic, keptDeltaBytes: 10_000_000) { server, broadcaster in
      let other = try await reader(server)
      _ = try await other.next(containing: "snapshot")
      let from = topic.revision
      for _ in 0..<5 { broadcaster.publish(topic.change(), to: "a") }
      let answers = topic.answers.withLock { $0 }
      for _ in 0..<20 {
        try await VersionedTopic.follow(reader(server, after: from), from: from, to: topic.revision, isSlow: false)
      }
      #expect(topic.answers.withLock { $0 } == answers)
    }
  }

  @Test("a state that has never been is taken back")
  func neverBeen() async throws {
    let topic = VersionedTopic(seed: 3)
    try await withServer(topic) { server, broadcaster in
      let reader = try await reader(server, after: 1_000_000)
      #expect(try await reader.next(containing: "snapshot")?.id == "100")
      broadcaster.publish(topic.change(), to: "a")
      try await VersionedTopic.follow(reader, from: 100, to: topic.revision, isSlow: false)
    }
  }

  @Test("a hundred that come at once take one snapshot")
  func oneQuestion() async throws {
    let topic = VersionedTopic(seed: 4)
    try await withServer(topic, loops: 2) { server, _ in
      var readers: [EventReader] = []
      for _ in 0..<100 { readers.append(try await reader(server)) }
      for reader in readers { #expect(try await reader.next(containing: "snapshot 100") != nil) }
      #expect(topic.answers.withLock { $0 } == 1)
    }
  }

  @Test("an application that fails is asked again until those who are behind are not")
  func failing() async throws {
    let (topic, failures) = (VersionedTopic(seed: 5), Locked(0))
    var pubSub = Configuration()
    pubSub.catchUp = { [topic] name, version in
      let fails = failures.withLock { failures in
        defer { failures -= 1 }
        return failures > 0
      }
      if fails { throw CancellationError() }
      return topic.catchUp(name, after: version)
    }
    let broadcaster = Broadcaster(pubSub)
    var configuration = ServerConfiguration()
    configuration.port = 0
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      broadcaster.stream(request) { stream in
        try await stream.subscribe("a", after: nil)
      }
    }
    let reader = try await reader(server)
    #expect(try await reader.next()?.id == "100")
    failures.withLock { $0 = 3 }
    _ = topic.change()
    broadcaster.publish(topic.change(), to: "a")
    try await VersionedTopic.follow(reader, from: 100, to: topic.revision, isSlow: false)
    #expect(failures.withLock { $0 } < 0)
    await server.stop()
  }

  @Test(
    "whatever is late or lost on the way, slow or away, every stream ends on the newest state, by deltas for just what it shows",
    arguments: [1, 2, 3] as [UInt64])
  func property(seed: UInt64) async throws {
    let (topic, random) = (VersionedTopic(seed: seed), Locked(SplitMix64(seed: seed &+ 1_000)))
    @Sendable func chance(_ count: Int) -> Int { random.withLock { Int.random(in: 0..<count, using: &$0) } }
    try await withServer(topic, loops: 2, keptDeltaBytes: 20_000) { server, broadcaster in
      var readers: [Task<Void, any Error>] = []
      func join() async throws {
        let claim = [nil, topic.revision, topic.revision - Int64(chance(30)), 1_000_000][chance(4)]
        let isSlow = chance(3) == 0
        let connection = try ClientConnection(to: server.address, receiveBuffer: isSlow ? 4096 : nil)
        var headers = chance(2) == 0 ? ["Accept-Encoding": "gzip"] : [:]
        let path = chance(2) == 0 ? claim.map { "/?after=\($0)" } : nil
        if path == nil, let claim { headers["Last-Event-ID"] = "\(claim)" }
        let reader = try await EventReader(path ?? "/", on: connection, headers: headers)
        readers.append(
          Task { try await VersionedTopic.follow(reader, from: claim, to: Self.lastRevision, isSlow: isSlow) })
      }
      for _ in 0..<6 { try await join() }
      for _ in 0..<10 {
        // Two servers, each with changes of its own.
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<2 {
            group.addTask {
              for _ in 0..<chance(6) {
                let payload = topic.change()
                if chance(4) == 0 { try? await Task.sleep(for: .milliseconds(chance(4))) }
                if chance(12) > 0 { broadcaster.publish(payload, to: "a") }
                if chance(6) == 0 { broadcaster.broadcast(to: "a") { $0.patchSignals(["message": 1]) } }
              }
            }
          }
        }
        try await join()
      }
      broadcaster.publish(topic.finish(Self.lastRevision), to: "a")
      for reader in readers { try await reader.value }
    }
  }

  private static let lastRevision: Int64 = 10_000
}
