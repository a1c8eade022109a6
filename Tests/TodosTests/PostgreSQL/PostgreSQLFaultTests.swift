#if PostgreSQL
  import Testing
  import TodoStorageTesting

  @testable import TodoStorage

  @Suite(
    "PostgreSQLStore: faults", .enabled(if: PostgreSQLServer.isInstalled, "install postgresql"), .serialized,
    .timeLimit(.minutes(5)))
  struct PostgreSQLFaultTests {
    private let groceries: ListName

    init() throws { groceries = try ListName("groceries") }

    private func expectFault(
      _ fault: StoreFault, _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
      let error = await #expect(throws: TodosError.self, sourceLocation: location) { try await body() }
      guard case .unavailable(let reason, let found)? = error else {
        Issue.record("\(String(describing: error))", sourceLocation: location)
        return
      }
      #expect(found == fault && !reason.isEmpty && !reason.contains("\n"), "\(reason)", sourceLocation: location)
    }

    @Test("while the server is away all is refused, and goes on by itself when it is back, with what was committed")
    func crash() async throws {
      let server = try PostgreSQLServer("fsync=on")
      let store = try PostgreSQLStore(server.makeDatabase())
      _ = try await store.add(["Milk"], to: groceries)
      server.crash()
      await expectFault(.gone) { _ = try await store.add(["Tea"], to: groceries) }
      await expectFault(.gone) { _ = try await store.list(groceries) }
      await expectFault(.gone) { _ = try await store.state(of: groceries) }
      await expectFault(.gone) { try await store.check() }
      try server.start()
      try await store.check()
      let revision = try #require(try await store.state(of: groceries)).revision
      #expect(try await store.add(Title("Eggs"), to: groceries).revision > revision)
      #expect(try await store.titles(groceries) == ["Milk", "Eggs"])
      try store.close()
    }

    @Test("a server that was restarted meanwhile is noticed before anything is sent to it")
    func restart() async throws {
      let server = try PostgreSQLServer()
      let store = try PostgreSQLStore(server.makeDatabase())
      _ = try await store.add(["Milk"], to: groceries)
      _ = try await store.list(groceries)
      server.crash()
      try server.start()
      _ = try await store.add(["Tea"], to: groceries)
      #expect(try await store.titles(groceries) == ["Milk", "Tea"])
      #expect(try await store.state(of: groceries)?.rowCount == 2)
      try store.close()
    }

    @Test("a command whose commit was not answered is carried out once, when it is sent again with its key")
    func silence() async throws {
      let server = try PostgreSQLServer()
      let store = try PostgreSQLStore(server.makeDatabase())
      _ = try await store.add(["Milk"], to: groceries)
      let key = try CommandKey("key")
      try server.pause()
      await expectFault(.gone) { _ = try await store.add(Title("Tea"), to: groceries, key: key) }
      try server.resume()
      _ = try await store.add(Title("Tea"), to: groceries, key: key)
      #expect(try await store.titles(groceries) == ["Milk", "Tea"])
      try store.close()
    }

    @Test("connections that are ended one by one, amid commands, lose nothing that was answered")
    func endedConnections() async throws {
      let server = try PostgreSQLServer()
      let store = try PostgreSQLStore(server.makeDatabase())
      var answered: [String] = []
      for number in 0..<40 {
        if number % 4 == 3 {
          try server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'todo-server' "
              + "AND pid <> pg_backend_pid()")
        }
        async let first = try? store.add(Title("a \(number)"), to: groceries).added
        async let second = try? store.add(Title("b \(number)"), to: groceries).added
        if await first != nil { answered.append("a \(number)") }
        if await second != nil { answered.append("b \(number)") }
      }
      #expect(answered.count >= 60)
      #expect(Set(try await store.titles(groceries)).isSuperset(of: answered))
      try store.close()
    }

    @Test("where there is no connection left for it, a read is refused, and carried out when there is one")
    func connections() async throws {
      let server = try PostgreSQLServer("max_connections=4", "superuser_reserved_connections=0", "max_wal_senders=0")
      let address = try server.makeDatabase()
      let store = try PostgreSQLStore(address)
      _ = try await store.add(["Milk"], to: groceries)
      var others: [PostgreSQLConnection] = []
      while let other = try? PostgreSQLConnection(to: address) { others.append(other) }
      #expect(!others.isEmpty)
      await expectFault(.gone) { _ = try await store.list(groceries) }
      _ = try await store.add(["Tea"], to: groceries)
      others = []
      // Their ends have to reach the server first.
      while (try? await store.list(groceries)) == nil { await Task.yield() }
      #expect(try await store.titles(groceries) == ["Milk", "Tea"])
      try store.close()
    }

    @Test("a list that somebody holds is refused after a while, and the others are not held up at other servers")
    func locked() async throws {
      let server = try PostgreSQLServer()
      let address = try server.makeDatabase()
      let (store, other) = (try PostgreSQLStore(address), try PostgreSQLStore(address))
      _ = try await store.add(["Milk"], to: groceries)
      let holder = try PostgreSQLConnection(to: address)
      try holder.execute("BEGIN; SELECT 1 FROM lists FOR UPDATE")
      async let held: Void = expectFault(.locked) { _ = try await store.add(["Tea"], to: groceries) }
      _ = try await other.add(["Bread"], to: ListName("bakery"))
      await held
      try holder.execute("ROLLBACK")
      _ = try await store.add(["Tea"], to: groceries)
      #expect(try await other.titles(groceries) == ["Milk", "Tea"])
      for store in [store, other] { try store.close() }
    }

    @Test("a standby is read from and not written to, until it is promoted")
    func readOnly() async throws {
      let primary = try PostgreSQLServer()
      try PostgreSQLStore(primary.address()).close()
      let standby = try PostgreSQLServer(following: primary)
      let store = try PostgreSQLStore(standby.address())
      #expect(try await store.lists().lists.isEmpty)
      try await store.checkReading()
      await expectFault(.readOnly) { _ = try await store.add(["Milk"], to: groceries) }
      await expectFault(.readOnly) { try await store.check() }
      try standby.promote()
      _ = try await store.add(["Milk"], to: groceries)
      #expect(try await store.titles(groceries) == ["Milk"])
      try store.close()
    }

    @Test("with a synchronous standby, all that was answered is there once when that has taken the primary's place")
    func failover() async throws {
      let primary = try PostgreSQLServer()
      let standby = try PostgreSQLServer(following: primary)
      try primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
      try primary.execute("SELECT pg_reload_conf()")
      let address = try PostgreSQLAddress(
        "postgres://todo@127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)/postgres")
      let store = try PostgreSQLStore(address)
      _ = try await store.add(["first"], to: groceries)
      let titles = try await withThrowingTaskGroup(of: [String].self) { group in
        for writer in 0..<8 { group.addTask { try await write(25, by: writer, to: store) } }
        while try await store.list(groceries).todos.count < 20 { await Task.yield() }
        primary.crash()
        try standby.promote()
        return try await group.reduce(into: []) { $0 += $1 }
      }
      let stored = try await store.titles(groceries)
      #expect(titles.count == 200 && Set(stored).isSuperset(of: titles) && stored.count == 201)
      try store.close()
    }

    /// Adds todos as clients do: again with its key, until it is answered. Returns their titles.
    private func write(_ count: Int, by writer: Int, to store: PostgreSQLStore) async throws -> [String] {
      var titles: [String] = []
      for number in 0..<count {
        let title = "\(writer) \(number)"
        let key = try CommandKey("key-\(writer)-\(number)")
        while (try? await store.add(Title(title), to: groceries, key: key)) == nil { await Task.yield() }
        titles.append(title)
      }
      return titles
    }
  }
#endif
