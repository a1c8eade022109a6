#if Redis
  import BrokerPubSub
  import DatastarLocking
  import DatastarPubSub
  import DatastarPubSubTesting
  import Foundation
  import Testing

  @Suite(
    "RedisBackend", .enabled(if: RedisServer.program != nil, "redis-server is not here"), .timeLimit(.minutes(1)))
  struct RedisBackendTests {
    @Test("the contract of backends, within one process", arguments: BackendContract.checks)
    func contract(check: BackendContract.Check) async throws {
      let redis = try await RedisServer()
      let address = try redis.address()
      try await check.run(
        BackendContract {
          let backend = try RedisBackend(address)
          try await until { backend.status?.failure == nil }
          return backend
        })
    }

    @Test("other topics, other databases and strangers' messages do not arrive")
    func strangers() async throws {
      let redis = try await RedisServer()
      let (one, other) = (try BrokerClient(redis.address()), try BrokerClient(redis.address(database: 1)))
      try await one.subscribe(to: "a")
      try await other.subscribe(to: "a")
      try other.publish("other database", to: "a")
      try await redis.command("PUBLISH", "datastar:a", "hello")
      try await redis.command("PUBLISH", "datastar:a", "datastar/9 0123456789abcdef -\nfrom a later release")
      try await redis.command("PUBLISH", "datastar:b", "datastar/2 0123456789abcdef - -\nother topic")
      try await redis.command("PUBLISH", "datastar:a", "datastar/2 0123456789abcdef - 7.0\nby hand")
      try await until { !one.payloads.isEmpty }
      #expect(one.payloads == [Payload(Array("by hand".utf8), version: .init(revision: 7))])
    }

    @Test("subscribing and unsubscribing in any order, on many threads, ends as the last of each topic says")
    func races() async throws {
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      try await until { one.isUp && two.isUp }
      let topics = (0..<20).map { Topic("\($0)") }
      await withTaskGroup { group in
        for topic in topics {
          group.addTask {
            for _ in 0..<50 {
              guard let id = try? one.backend.subscribe(to: topic, { _ in }) else { return }
              one.backend.unsubscribe(id)
            }
          }
        }
      }
      for topic in topics.prefix(10) { try await one.subscribe(to: topic) }
      // The word that a topic is subscribed to may have been for one of the times before; this one comes after all.
      try await one.subscribe(to: "the end")
      for topic in topics { try two.publish(topic.name, to: topic) }
      try await until { one.payloads.count == 10 }
      #expect(Set(one.texts) == Set(topics.prefix(10).map(\.name)))
      let channels = try await redis.command("PUBSUB", "CHANNELS", "datastar:*").split(separator: "\r\n")
      #expect(channels.count { $0.hasPrefix("datastar:") && !$0.contains("probe") } == 11)
    }

    @Test("between processes", arguments: BrokerChecks.all)
    func processes(check: BrokerChecks) async throws { try await check.run(RedisServer.self) }

    @Test("faults", arguments: BrokerFaults.all)
    func faults(fault: BrokerFaults) async throws { try await fault.run(RedisServer.self) }
  }
#else
  import Testing

  @Suite("RedisBackend", .disabled("built without Redis: swift test --traits Redis")) struct RedisBackendTests {
    @Test("the contract, between processes, faults") func none() {}
  }
#endif
