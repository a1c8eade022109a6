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

    @Test(
      "a password that would be taken for something else is refused, with how it is written, and not shown",
      arguments: [
        "postgres://u:sec/ret@h/d", "postgres://u:sec@ret@h/d", "postgres://u:12/secret@h:1/d", "postgres://u:secret",
        "postgres://u:secret/d", "postgres://h:1,u:secret/d", "postgres://u:sec/ret@h/d?sslmode=require",
      ])
    func ambiguous(text: String) {
      expectRefusal("@ is written as %40, / as %2F") { _ = try PostgreSQLAddress(text) }
      let error = #expect(throws: TodosError.self) { try PostgreSQLAddress(text) }
      for part in ["sec", "ret", "12"] { #expect(error?.description.contains(part) == false) }
    }

    @Test(
      "what is written so is taken",
      arguments: [
        "postgres://u:s%2Fe%40c%3Ar%3Fe%25t@[::1]:1,h:2/d?sslmode=require", "postgres://u@h/a%40b",
        "postgres://%2Frun%2Fpostgresql/d", "postgres:///d?host=/run/@", "postgres://",
      ])
    func unambiguous(text: String) throws {
      #expect(!(try PostgreSQLAddress(text).description.contains("s/e@c")))
    }

    @Test("a database that not every title fits is refused, as is one with tables of another program")
    func others() throws {
      let server = try PostgreSQLServer()
      let first = try PostgreSQLConnection(to: server.makeDatabase())
      try first.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
      expectRefusal("its encoding is LATIN1") { _ = try PostgreSQLStore(server.address("latin")) }
      for table in ["migrations (id int)", "lists (id int)"] {
        let address = try server.makeDatabase()
        try PostgreSQLConnection(to: address).execute("CREATE TABLE \(table)")
        expectRefusal("it has tables of another program") { _ = try PostgreSQLStore(address) }
      }
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
