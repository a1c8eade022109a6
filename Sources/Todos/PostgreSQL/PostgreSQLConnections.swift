#if PostgreSQL
  import DatastarLocking
  import Dispatch

  /// The connections of one kind, each opened when it is wanted, on threads of their own.
  ///
  /// What is asked for while all are in use waits in its order. One that is lost is opened anew by the next that wants
  /// it.
  final class PostgreSQLConnections: Sendable {
    private typealias Job = @Sendable (PostgreSQLConnections) -> Void

    private let address: PostgreSQLAddress
    private let limit: Int
    private let epoch: PostgreSQLEpoch
    private let threads: DispatchQueue
    private let state = Locked(State())

    private struct State {
      var idle: [(connection: PostgreSQLConnection, epoch: Int)] = []
      var jobs: [Job] = []
      var threads = 0
    }

    /// - Parameters:
    ///   - limit: how many there are at most.
    ///   - epoch: shared by all connections to the same database.
    init(to address: PostgreSQLAddress, _ limit: Int, _ epoch: PostgreSQLEpoch, label: String) {
      (self.address, self.limit, self.epoch) = (address, limit, epoch)
      threads = DispatchQueue(label: label, attributes: .concurrent)
    }

    /// Has a connection run `body`, which only reads: it is run once more where the connection is lost.
    func read<Result: Sendable>(
      _ body: @escaping @Sendable (PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
    ) async throws(TodosError) -> Result {
      let outcome = await withCheckedContinuation {
        (caller: CheckedContinuation<Swift.Result<Result, TodosError>, Never>) in
        read(body) { caller.resume(returning: $0) }
      }
      return try outcome.get()
    }

    /// The same, and calls `done` with the outcome on the connection's thread.
    func read<Result>(
      _ body: @escaping @Sendable (PostgreSQLConnection) throws(PostgreSQLFailure) -> Result,
      _ done: @escaping @Sendable (Swift.Result<Result, TodosError>) -> Void
    ) {
      enqueue { pool in
        do throws(PostgreSQLFailure) {
          done(.success(try pool.use(body)))
        } catch {
          done(.failure(error.error))
        }
      }
    }

    /// Has a thread run `body`, which writes.
    func write(_ body: @escaping @Sendable (Writer) -> Void) { enqueue { body(Writer(connections: $0)) } }

    /// What writes: nothing is ever sent twice.
    struct Writer {
      fileprivate let connections: PostgreSQLConnections

      func run(_ statements: [PostgreSQLStatement]) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
        let connection = try connections.idleOrNew()
        return try connections.use(connection) { connection throws(PostgreSQLFailure) in
          try connection.run(statements)
        }
      }
    }

    /// Takes in a connection that has been opened elsewhere.
    func add(_ connection: PostgreSQLConnection) { state.withLock { $0.idle.append((connection, epoch.value)) } }

    private func enqueue(_ job: @escaping Job) {
      let begins = state.withLock { state in
        state.jobs.append(job)
        guard state.threads < limit else { return false }
        state.threads += 1
        return true
      }
      if begins { threads.async { [self] in while let job = nextJob() { job(self) } } }
    }

    private func nextJob() -> Job? {
      state.withLock { state in
        if state.jobs.isEmpty { state.threads -= 1 }
        return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
      }
    }

    private func use<Result>(
      _ body: (PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
    ) throws(PostgreSQLFailure) -> Result {
      if let connection = takeIdle() {
        let start = ContinuousClock.now
        do { return try use(connection, body) } catch {
          // Who has waited for an answer in vain does not wait twice.
          guard error.endsConnection, .now - start < .seconds(1) else { throw error }
        }
      }
      return try use(epoch.connect(to: address), body)
    }

    private func use<Result>(
      _ connection: PostgreSQLConnection, _ body: (PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
    ) throws(PostgreSQLFailure) -> Result {
      let epoch = epoch.value
      do {
        let result = try body(connection)
        state.withLock { $0.idle.append((connection, epoch)) }
        return result
      } catch {
        if error.endsConnection {
          self.epoch.end(epoch, of: connection)
        } else {
          state.withLock { $0.idle.append((connection, epoch)) }
        }
        throw error
      }
    }

    private func idleOrNew() throws(PostgreSQLFailure) -> PostgreSQLConnection {
      if let connection = takeIdle() { return connection }
      return try epoch.connect(to: address)
    }

    /// One that was opened since the last was lost: those of before may lead to a server that is not the one any more.
    private func takeIdle() -> PostgreSQLConnection? {
      while let (connection, epoch) = state.withLock({ $0.idle.popLast() }) {
        if epoch == self.epoch.value && connection.isUsable { return connection }
      }
      return nil
    }

    /// Closes those that are not in use.
    func close() { state.withLock { $0.idle = [] } }
  }

  /// Counts how often a connection to the database was lost: whoever has one of before opens it anew, since the
  /// database may be another server's now.
  final class PostgreSQLEpoch: Sendable {
    private let state = Locked(State())

    private struct State {
      var number = 0
      /// The host to try first: of those that say nothing each takes seconds.
      var first = 0
    }

    var value: Int { state.withLock { $0.number } }

    /// Connects to the host that was found last, unless its connection has been lost or it cannot be written to.
    func connect(to address: PostgreSQLAddress) throws(PostgreSQLFailure) -> PostgreSQLConnection {
      let connection = try PostgreSQLConnection(to: address, first: state.withLock { $0.first })
      state.withLock { $0.first = connection.host }
      return connection
    }

    /// Ends an epoch with a connection that was lost, unless that has happened already.
    func end(_ epoch: Int, of connection: PostgreSQLConnection) {
      state.withLock { state in
        guard state.number == epoch else { return }
        state.number += 1
        // The one that was lost comes last.
        state.first = connection.host + 1
      }
    }
  }
#endif
