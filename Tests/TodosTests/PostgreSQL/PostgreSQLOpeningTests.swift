#if PostgreSQL
  import Testing

  @testable import TodoStorage

  @Suite("PostgreSQLStore: opening", .enabled(if: PostgreSQLServer.isInstalled, "install postgresql"))
  struct PostgreSQLOpeningTests {
    private func expectRefusal(_ reason: String, _ body: () throws -> Void) {
      let error = #expect(throws: TodosError.self) { try body() }
      let text = error?.description ?? ""
      #expect(text.hasPrefix("cannot open the database postgres://") && text.contains(reason), "\(text)")
      #expect(!text.contains("secret") && !text.contains("\n"), "\(text)")
    }

    @Test(
      "what libpq cannot read is refused, without a password",
      arguments: ["postgres://u:secret@[h/d", "postgres://u:secret@h/d?nothing=secret", "todos.sqlite"])
    func address(text: String) {
      expectRefusal("postgres://…: ") { _ = try PostgreSQLAddress(text) }
    }

    @Test("an address is shown without its password and parameters, with all of its hosts")
    func description() throws {
      let address = try PostgreSQLAddress("postgresql://me:secret@a:1,b:2/lists?sslmode=verify-full")
      #expect(address.description == "postgres://me@a:1,b:2/lists")
      #expect(try PostgreSQLAddress("postgres:///lists?password=secret").description == "postgres:///lists")
    }

    @Test("a server that is not there is named, and one that a newer version has written to is refused")
    func refusals() throws {
      let server = try PostgreSQLServer()
      let address = try server.makeDatabase()
      let stores = try [PostgreSQLStore(address), PostgreSQLStore(address)]
      for store in stores { try store.close() }
      try PostgreSQLConnection(to: address).execute("INSERT INTO migrations (number) VALUES (999)")
      expectRefusal("a newer version of this program has written it") { _ = try PostgreSQLStore(address) }
      expectRefusal("does not exist") { _ = try PostgreSQLStore(server.address("nowhere")) }
      server.crash()
      expectRefusal("Connection refused") { _ = try PostgreSQLStore(address) }
    }

    @Test("servers that start at the same time bring the schema up to date once")
    func atOnce() async throws {
      let server = try PostgreSQLServer()
      let address = try server.makeDatabase()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { try PostgreSQLStore(address).close() } }
        try await group.waitForAll()
      }
      let rows = try PostgreSQLConnection(to: address).run([PostgreSQLStatement(sql: "SELECT number FROM migrations")])
      #expect(rows[0].count == 1)
    }
  }
#endif
