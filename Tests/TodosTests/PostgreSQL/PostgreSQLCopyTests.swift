#if PostgreSQL
  import Foundation
  import Testing
  import TodoStorageTesting

  @testable import TodoStorage

  @Suite("StoreCopy: PostgreSQL", .enabled(if: PostgreSQLServer.isInstalled, "install postgresql"))
  struct PostgreSQLCopyTests {
    private let temporary: TemporaryStore
    private let server: PostgreSQLServer
    private var file: StoreLocation { .file(temporary.store.location) }

    init() throws { (temporary, server) = (try TemporaryStore(), try PostgreSQLServer()) }

    private func refusal(from source: StoreLocation, to target: StoreLocation) -> String {
      (#expect(throws: BackupError.self) { _ = try StoreCopy.make(from: source, to: target) })?.description ?? ""
    }

    private func open(_ address: PostgreSQLAddress) throws -> PostgreSQLStore {
      try PostgreSQLStore(address, now: { Date(timeIntervalSince1970: 1_000_000) })
    }

    @Test("what a file has is in PostgreSQL, in another one, and in a file again")
    func thereAndBack() async throws {
      let expected = try await CopiedLists.fill(temporary.store)
      try temporary.store.close()
      let addresses = [try server.makeDatabase(), try server.makeDatabase()]
      let back = StoreLocation.file(temporary.folder.appending(path: "back.sqlite").path)
      let stops = [file] + addresses.map { StoreLocation.postgreSQL($0) } + [back]
      var digests: Set<String> = []
      for (from, to) in zip(stops, stops.dropFirst()) { digests.insert(try StoreCopy.make(from: from, to: to).digest) }
      #expect(digests.count == 1)
      for address in addresses {
        let store = try open(address)
        try await expected.check(store)
        try store.close()
      }
      let store = try SQLiteStore(path: "\(back)", now: { Date(timeIntervalSince1970: 1_000_000) })
      try await expected.check(store)
      try store.close()
    }

    @Test("what began in PostgreSQL is the same in a file, and goes on counting there")
    func fromPostgreSQL() async throws {
      let address = try server.makeDatabase()
      let store = try open(address)
      let expected = try await CopiedLists.fill(store)
      try store.close()
      let path = temporary.folder.appending(path: "other.sqlite").path
      _ = try StoreCopy.make(from: .postgreSQL(address), to: .file(path))
      let copy = try SQLiteStore(path: path, now: { Date(timeIntervalSince1970: 1_000_000) })
      try await expected.check(copy)
      try copy.close()
    }

    @Test("what a server has open, holds lists already, holds other things or is of another version is refused")
    func refusals() async throws {
      _ = try await temporary.store.add(["Milk"], to: ListName("a"))
      try temporary.store.close()
      let address = try server.makeDatabase()
      #expect(refusal(from: .postgreSQL(address), to: file) == "\(address) is no database of todo lists")
      let store = try open(address)
      _ = try await store.add(["Tea"], to: ListName("b"))
      let reason = "a todo-server at 127.0.0.1 has \(address) open: stop every server first"
      #expect(refusal(from: file, to: .postgreSQL(address)).hasPrefix(reason))
      #expect(refusal(from: .postgreSQL(address), to: file).hasPrefix(reason))
      try store.close()
      #expect(refusal(from: file, to: .postgreSQL(address)).hasPrefix("\(address) has lists in it already"))
      #expect(refusal(from: .postgreSQL(address), to: file).hasPrefix("\(temporary.store.location) has lists in it"))
      try PostgreSQLConnection(to: address).execute("INSERT INTO migrations (number) VALUES (999)")
      #expect(
        refusal(from: .postgreSQL(address), to: file)
          == "cannot open \(address): a newer version of this program has written it")
      let missing = try server.address("nowhere")
      #expect(refusal(from: file, to: .postgreSQL(missing)).contains("does not exist"))
    }

    @Test("numbers that a copy has used which failed at its end are no obstacle to the next")
    func failureAtTheEnd() async throws {
      let (large, other) = (temporary.store, try TemporaryStore())
      for number in 0..<3 { _ = try await large.add(["Milk"], to: ListName("a-\(number)")) }
      _ = try await large.carryOut(.deleteList(ListName("a-0")), key: nil)
      _ = try await other.store.add(["Tea"], to: ListName("b"))
      for store in [large, other.store] { try store.close() }
      let address = try server.makeDatabase()
      try open(address).close()
      try PostgreSQLConnection(to: address).execute(
        """
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'at its end'; END $$;
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON lists DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION fail();
        """)
      #expect(refusal(from: file, to: .postgreSQL(address)).contains("at its end"))
      try PostgreSQLConnection(to: address).execute("DROP TRIGGER late ON lists")
      #expect(try StoreCopy.make(from: .file(other.store.location), to: .postgreSQL(address)).contents.todos == 1)
    }

    @Test("what fails half way leaves the database as empty as it was")
    func failure() async throws {
      for number in 0..<3 { _ = try await temporary.store.add(["Milk"], to: ListName("a-\(number)")) }
      try temporary.store.close()
      let address = try server.makeDatabase()
      try open(address).close()
      try PostgreSQLConnection(to: address).execute("ALTER TABLE todos ADD CHECK (id < 3)")
      let text = refusal(from: file, to: .postgreSQL(address))
      #expect(text.hasPrefix("cannot write \(address): ") && text.contains("violates check constraint"), "\(text)")
      try PostgreSQLConnection(to: address).execute("ALTER TABLE todos DROP CONSTRAINT todos_id_check")
      #expect(try StoreCopy.make(from: file, to: .postgreSQL(address)).contents.todos == 3)
    }
  }
#endif
