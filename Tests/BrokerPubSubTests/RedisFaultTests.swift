#if Redis
  import BrokerPubSub
  import DatastarPubSub
  import Testing

  @Suite(
    "RedisBackend: faults", .enabled(if: RedisServer.program != nil, "redis-server is not here"),
    .timeLimit(.minutes(1)))
  struct RedisFaultTests {
    @Test("a subscriber that Redis throws out, for being slow or by hand, comes back and is told what to catch up with")
    func thrownOut() async throws {
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      for client in [one, two] { try await client.subscribe(to: "a") }
      try await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
      // Both have noticed, and are back: what is published before is lost.
      try await until { one.gapCount(of: "a") == 2 && two.gapCount(of: "a") == 2 }
      try await redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100kb 0 0")
      try one.publish(String(repeating: "x", count: 1_000_000), to: "a")
      try await until { one.gapCount(of: "a") > 2 && two.gapCount(of: "a") == 3 }
      try one.publish("small", to: "a")
      try await until { two.texts.last == "small" }
    }

    @Test("what Redis refuses is reported with its reason, and a password that is right is taken")
    func passwords() async throws {
      let redis = try await RedisServer("--requirepass", "right")
      for user in ["", ":wrong@", "nobody:right@"] {
        let client = try BrokerClient(redis.address(user: user))
        try await until { !client.failures.isEmpty }
        #expect(client.failures.first?.contains(user.isEmpty ? "NOAUTH" : "WRONGPASS") == true, "\(client.failures)")
      }
      for user in [":right@", "default:right@"] {
        let client = try BrokerClient(redis.address(user: user, database: 5))
        try await client.subscribe(to: "a")
      }
      let none = try BrokerClient(redis.address(user: ":right@", database: 99))
      try await until { none.failures.first?.contains("DB index is out of range") == true }
    }

    @Test("a name without an address is reported; ending goes well with and without a Redis, and inside a receiver")
    func ends() async throws {
      let nowhere = try BrokerClient(RedisAddress("redis://no-such-host.invalid"))
      try await until { !nowhere.failures.isEmpty }
      nowhere.backend.close()
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      try await one.subscribe(to: "a")
      try await until { two.isUp }
      _ = try one.backend.subscribe(to: "a") { [backend = one.backend] _ in backend.close() }
      try two.publish("close", to: "a")
      // What was published before the end still arrives.
      two.backend.close()
      try await until { (try? one.publish("", to: "a")) == nil }
    }
  }
#endif
