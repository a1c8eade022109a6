import Foundation
import Testing
import TodoStorage
import TodoStorageTesting

#if PostgreSQL
  @Suite(
    "PostgreSQLStore", .enabled(if: PostgreSQLServer.isInstalled, "install postgresql"), .timeLimit(.minutes(10)))
  struct PostgreSQLStoreTests {
    /// One for all checks, each of which has a database of its own.
    private static let server: Result<PostgreSQLServer, any Error> = Result {
      // Nothing else that is static ends with the process.
      atexit { try? PostgreSQLStoreTests.server.get().end() }
      return try PostgreSQLServer()
    }

    private static let contract = TodoStoreContract {
      let address = try server.get().makeDatabase()
      return { limits, now in try PostgreSQLStore(address, limits: limits, now: now) }
    }

    @Test("a store", arguments: TodoStoreContract.checks)
    func contract(check: TodoStoreContract.Check) async throws {
      try await check.run(Self.contract)
    }
  }
#else
  @Suite("PostgreSQLStore", .disabled("build with --traits PostgreSQL")) struct PostgreSQLStoreTests {
    @Test("a store", arguments: TodoStoreContract.checks)
    func contract(check: TodoStoreContract.Check) {}
  }
#endif
