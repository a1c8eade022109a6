#if NATS
  import BrokerPubSub
  import DatastarPubSub
  import DatastarPubSubTesting
  import Testing

  @Suite(
    "NATSBackend", .enabled(if: NATSServer.program != nil, "nats-server is not here"), .timeLimit(.minutes(1)),
    .serialized)
  struct NATSBackendTests {
    @Test("the contract of backends, within one process", arguments: BackendContract.checks)
    func contract(check: BackendContract.Check) async throws {
      let broker = try await NATSServer()
      defer { broker.kill() }
      let address = try broker.address()
      try await check.run(
        BackendContract {
          let backend = try NATSBackend(address)
          try await until { backend.status?.failure == nil }
          return backend
        })
    }

    @Test("between processes", arguments: BrokerChecks.all)
    func processes(check: BrokerChecks) async throws { try await check.run(NATSServer.self) }

    @Test("faults", arguments: BrokerFaults.all)
    func faults(fault: BrokerFaults) async throws { try await fault.run(NATSServer.self) }

    @Test("of several servers one that is there is used")
    func several() async throws {
      let nats = try await NATSServer()
      let client = BrokerClient(try NATSBackend(nats.address(before: "127.0.0.1:9,")))
      try await client.subscribe(to: "a")
      #expect(client.failures.isEmpty)
    }

    @Test("a name without an address is reported, and ending waits for nothing")
    func nowhere() async throws {
      let client = BrokerClient(try NATSBackend(NATSAddress("nats://no-such-host.invalid")))
      try await until { !client.failures.isEmpty }
      #expect(client.failures.first?.contains("NATS at no-such-host.invalid:4222 cannot be had") == true)
      client.backend.close()
    }
  }
#else
  import Testing

  @Suite("NATSBackend", .disabled("built without NATS: swift test --traits NATS")) struct NATSBackendTests {
    @Test("the contract, between processes, faults") func none() {}
  }
#endif
