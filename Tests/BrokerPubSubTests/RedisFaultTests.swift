#if Redis
  import BrokerPubSub
  import DatastarPubSub
  import Testing

  @Suite(
    "RedisBackend: faults", .enabled(if: RedisServer.program != nil, "redis-server is not here"),
    .timeLimit(.minutes(1)))
  struct RedisFaultTests {
    @Test("without a Redis a process serves itself and says why once; when it comes, the topics in question are told")
    func absent() async throws {
      let redis = try await RedisServer()
      redis.kill()
      let client = try BrokerClient(redis.address())
      _ = try client.backend.subscribe(to: "own") { _ in }
      try await until { !client.failures.isEmpty }
      for count in 0..<100 { try client.publish("\(count)", to: "sent") }
      #expect(!client.isUp && client.gapCount(of: "own") == 0 && client.gapCount(of: "sent") == 0)
      try await redis.start()
      try await until { client.gapCount(of: "own") == 1 && client.gapCount(of: "sent") == 1 }
      #expect(client.isUp && client.failures.count == 1)
      #expect(client.failures.first?.contains("Redis at 127.0.0.1:\(redis.port) cannot be had") == true)
      #expect(client.backend.status?.keptBack == 100)
    }

    @Test("after Redis has been killed and started again, all goes on, and each outage is reported once")
    func killed() async throws {
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      for client in [one, two] { try await client.subscribe(to: "a") }
      for outage in 1...3 {
        redis.kill()
        try await until { !one.isUp && !two.isUp }
        try one.publish("lost at the other \(outage)", to: "a")
        #expect(one.texts.last == "lost at the other \(outage)")
        try await redis.start()
        // The first was for subscribing.
        try await until { one.isUp && two.gapCount(of: "a") > outage }
        try one.publish("after \(outage)", to: "a")
        try await until { two.texts.last == "after \(outage)" }
        #expect(one.failures.count == outage && two.failures.count == outage)
      }
      #expect(two.texts == ["after 1", "after 2", "after 3"])
    }

    @Test("a subscriber that Redis throws out, for being slow or by hand, comes back and is told what to catch up with")
    func thrownOut() async throws {
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      for client in [one, two] { try await client.subscribe(to: "a") }
      try await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
      try await until { two.gapCount(of: "a") == 2 && one.isUp }
      try await redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100kb 0 0")
      try one.publish(String(repeating: "x", count: 1_000_000), to: "a")
      try await until { two.gapCount(of: "a") == 3 && one.isUp }
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

    @Test("a Redis that says nothing any more is given up, and comes back; nobody waits for it meanwhile")
    func silent() async throws {
      let redis = try await RedisServer()
      let (one, two) = (try BrokerClient(redis.address()), try BrokerClient(redis.address()))
      for client in [one, two] { try await client.subscribe(to: "a") }
      redis.pause()
      // More than may wait for it.
      let large = String(repeating: "x", count: 1_000_000)
      for _ in 0..<20 { try one.publish(large, to: "a") }
      #expect(one.payloads.count == 20)
      try await until { !one.isUp && !two.isUp }
      redis.resume()
      try await until { one.isUp && two.isUp && one.gapCount(of: "a") > 1 && two.gapCount(of: "a") > 1 }
      try one.publish("the end", to: "a")
      try await until { two.texts.last == "the end" }
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
