#if PostgreSQL
  import BrokerPubSub
  import DatastarPubSub
  import DatastarPubSubTesting
  import Testing

  @Suite(
    "PostgreSQLBackend", .enabled(if: PostgreSQLServer.programs != nil, "PostgreSQL is not here"),
    .timeLimit(.minutes(1)), .serialized)
  struct PostgreSQLBackendTests {
    @Test("the contract of backends, within one process", arguments: BackendContract.checks)
    func contract(check: BackendContract.Check) async throws {
      let broker = try await PostgreSQLServer()
      defer { broker.kill() }
      let address = try broker.address()
      try await check.run(
        BackendContract {
          let backend = try PostgreSQLBackend(address)
          try await until { backend.status?.failure == nil }
          return backend
        })
    }

    @Test("between processes", arguments: BrokerChecks.all)
    func processes(check: BrokerChecks) async throws { try await check.run(PostgreSQLServer.self) }

    @Test("faults", arguments: BrokerFaults.all)
    func faults(fault: BrokerFaults) async throws { try await fault.run(PostgreSQLServer.self) }

    @Test("of several hosts one that is there is used")
    func several() async throws {
      let postgres = try await PostgreSQLServer()
      let client = BrokerClient(try PostgreSQLBackend(postgres.address(before: "127.0.0.1:9,")))
      try await client.subscribe(to: "a")
      #expect(client.failures.isEmpty)
    }

    @Test("what others notify of is no message, and a connection that PostgreSQL ends comes back")
    func strangers() async throws {
      let postgres = try await PostgreSQLServer()
      let (one, two) = try await postgres.pair()
      for text in ["", "hello", "1:", "1=%%%", "1:1 a", "1:1 adatastar/9 0123456789abcdef - -\n", "1:9 a"] {
        try postgres.run("NOTIFY \"datastar:a\", '\(text)'")
      }
      try postgres.run("SELECT pg_notify('datastar:a', E'1:1 adatastar/2 0123456789abcdef - 7.0\\nby hand')")
      try await until { !one.payloads.isEmpty }
      #expect(one.payloads == [Payload(Array("by hand".utf8), version: .init(revision: 7))])
      try postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'datastar'")
      try await until { one.gapCount(of: "a") == 2 && two.gapCount(of: "a") == 2 }
      try one.publish("after", to: "a")
      try await until { two.texts.last == "after" }
      #expect(one.failures.count == 1 && one.failures[0].contains("terminating connection"), "\(one.failures)")
    }

    @Test("notifying waits for no disk")
    func noWaiting() async throws {
      let postgres = try await PostgreSQLServer()
      try postgres.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
      try postgres.run("SELECT pg_reload_conf()")
      let (one, two) = try await postgres.pair()
      try one.publish("no standby has it", to: "a")
      try await until { two.texts == ["no standby has it"] }
    }
  }
#else
  import Testing

  @Suite("PostgreSQLBackend", .disabled("built without PostgreSQL: swift test --traits PostgreSQL"))
  struct PostgreSQLBackendTests {
    @Test("the contract, between processes, faults") func none() {}
  }
#endif
