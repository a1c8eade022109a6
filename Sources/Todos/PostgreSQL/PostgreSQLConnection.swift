#if PostgreSQL
  import CPostgreSQL
  import DatastarLocking

  /// One connection to PostgreSQL, for one thread at a time, which waits in it.
  final class PostgreSQLConnection: @unchecked Sendable {
    // Sendable: whoever has it hands it on only when nothing is under way.
    private let connection: OpaquePointer
    private var names: [String: String] = [:]
    /// Which of the address's hosts it leads to.
    let host: Int

    /// So long an answer is waited for: longer than a link stalls now and then, shorter than clients wait.
    static let patience = Duration.seconds(5)

    /// Connects, and has the server give up what would wait longer than anybody here does.
    ///
    /// - Parameter first: which of the address's hosts is tried first.
    init(to address: PostgreSQLAddress, first: Int = 0) throws(PostgreSQLFailure) {
      let connection = address.withParameters(first: first) { PQconnectdbParams($0, $1, 1) }
      guard let connection else { throw .lost("there is no memory for a connection", .other) }
      guard PQstatus(connection) == CONNECTION_OK else {
        defer { PQfinish(connection) }
        throw .lost(Self.line(PQerrorMessage(connection)), Self.fault(ofConnecting: connection))
      }
      let encoding = PQparameterStatus(connection, "server_encoding").map { String(cString: $0) } ?? "unknown"
      guard encoding == "UTF8" else {
        PQfinish(connection)
        throw .refused(state: "", "its encoding is \(encoding), not every title's: make it with ENCODING 'UTF8'")
      }
      self.connection = connection
      host = address.index(ofHost: String(cString: PQhost(connection)), port: String(cString: PQport(connection)))
      // Nobody reads the standard error for them.
      PQsetNoticeProcessor(connection, { _, _ in }, nil)
      guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else { throw lost() }
      _ = try run([
        PostgreSQLStatement(sql: "SET lock_timeout = 4000"),
        // A server that vanishes amid a transaction must not keep the others from what it has locked.
        PostgreSQLStatement(sql: "SET idle_in_transaction_session_timeout = 10000"),
      ])
    }

    deinit { PQfinish(connection) }

    /// Whether it can still be used, as far as that is known without asking the server.
    var isUsable: Bool {
      // The server's last words first, and then that it has closed the connection.
      while hasInput { if PQconsumeInput(connection) == 0 { return false } }
      return PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    private var hasInput: Bool {
      var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      return poll(&descriptor, 1, 0) == 1
    }

    /// Carries statements out, sent all at once. Outside of `BEGIN` and `COMMIT` they are one transaction.
    ///
    /// - Returns: the rows of each.
    /// - Throws: what the first one that fails is refused with, with nothing done of any; `lost`, also where there is
    ///   no answer in time: the connection is of no more use then.
    func run(_ statements: [PostgreSQLStatement]) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
      let deadline = ContinuousClock.now + Self.patience
      try prepare(statements, before: deadline)
      for statement in statements { try send(statement) }
      do {
        return try results(of: statements.count, before: deadline)
      } catch {
        if case .refused = error, PQtransactionStatus(connection) != PQTRANS_IDLE {
          _ = try run([PostgreSQLStatement(sql: "ROLLBACK")])
        }
        throw error
      }
    }

    /// Takes in what comes of all that has been sent.
    private func results(
      of count: Int, before deadline: ContinuousClock.Instant
    ) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
      guard PQpipelineSync(connection) == 1 else { throw lost() }
      var results: [PostgreSQLRows] = []
      var refusal: PostgreSQLFailure?
      for _ in 0..<count {
        do {
          results.append(try nextResult(before: deadline))
        } catch {
          if case .lost = error { throw error }
          refusal = refusal ?? error
        }
      }
      try endPipeline(before: deadline)
      if let refusal { throw refusal }
      return results
    }

    /// Carries out any number of statements without parameters, all in one transaction unless it is within one.
    func execute(_ script: String) throws(PostgreSQLFailure) {
      let deadline = ContinuousClock.now + Self.patience
      guard PQexitPipelineMode(connection) == 1, PQsendQuery(connection, script) == 1 else { throw lost() }
      var refusal: PostgreSQLFailure?
      while let result = try next(before: deadline) {
        do { _ = try rows(of: result) } catch { refusal = refusal ?? error }
      }
      guard PQenterPipelineMode(connection) == 1 else { throw lost() }
      if let refusal { throw refusal }
    }

    /// Prepares those that are new here, ahead of what they are part of: a transaction's first statement has to be its
    /// first, also before what only prepares another.
    private func prepare(
      _ statements: [PostgreSQLStatement], before deadline: ContinuousClock.Instant
    ) throws(PostgreSQLFailure) {
      var new: [String: String] = [:]
      for statement in statements where names[statement.sql] == nil && new[statement.sql] == nil {
        let name = "s\(counter)"
        counter += 1
        new[statement.sql] = name
        let types = statement.values.map(\.type)
        guard PQsendPrepare(connection, name, statement.sql, Int32(types.count), types) == 1 else { throw lost() }
      }
      guard !new.isEmpty else { return }
      _ = try results(of: new.count, before: deadline)
      names.merge(new) { $1 }
    }

    /// Never the same name twice, whatever became of the statement before.
    private var counter = 0

    private func send(_ statement: PostgreSQLStatement) throws(PostgreSQLFailure) {
      var bytes: [UInt8] = []
      let values = statement.values.map { value in (start: bytes.count, length: value.append(to: &bytes)) }
      let isSent = bytes.withUnsafeBytes { buffer in
        // Of an empty value, any address but null, which would be taken for null.
        let base = buffer.baseAddress ?? UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        let starts = values.map { value in
          value.length == nil ? nil : (base + value.start).assumingMemoryBound(to: CChar.self)
        }
        return PQsendQueryPrepared(
          connection, names[statement.sql] ?? "", Int32(values.count), starts, values.map { Int32($0.length ?? 0) },
          values.map { _ in 1 }, 1)
      }
      guard isSent == 1 else { throw lost() }
    }

    /// The rows of the statement whose turn it is.
    private func nextResult(before deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> PostgreSQLRows {
      guard let result = try next(before: deadline) else { throw lost() }
      let outcome = Result { () throws(PostgreSQLFailure) in try rows(of: result) }
      // A null after each statement's result.
      guard try next(before: deadline) == nil else { throw lost() }
      return try outcome.get()
    }

    /// - Parameter result: is taken over.
    private func rows(of result: OpaquePointer) throws(PostgreSQLFailure) -> PostgreSQLRows {
      let rows = PostgreSQLRows(result)
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: return rows
      case PGRES_PIPELINE_ABORTED: throw .refused(state: "25P02", "a statement before it has failed")
      default:
        guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
          throw .lost(Self.line(PQresultErrorMessage(result)), .gone)
        }
        throw .refused(
          state: String(cString: state), Self.line(PQresultErrorField(result, Int32(UInt8(ascii: "M")))))
      }
    }

    private func endPipeline(before deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) {
      guard let result = try next(before: deadline) else { throw lost() }
      defer { PQclear(result) }
      guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw lost() }
    }

    /// What comes next, waited for; nil where a statement's results end.
    private func next(before deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> OpaquePointer? {
      while true {
        let flushed = PQflush(connection)
        guard flushed >= 0 else { throw lost() }
        if PQisBusy(connection) == 0 { return PQgetResult(connection) }
        try wait(isWriting: flushed == 1, deadline)
        guard PQconsumeInput(connection) == 1 else { throw lost() }
      }
    }

    private func wait(isWriting: Bool, _ deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) {
      var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      if isWriting { descriptor.events |= Int16(POLLOUT) }
      let left = max(0, (deadline - .now) / .milliseconds(1))
      let status = poll(&descriptor, 1, Int32(left.rounded(.up)))
      if status == 0 {
        throw .lost("PostgreSQL has not answered for \(Self.patience.components.seconds) seconds", .gone)
      }
      if status < 0 && errno != EINTR { throw .lost(String(cString: strerror(errno)), .gone) }
    }

    private func lost() -> PostgreSQLFailure {
      let message = Self.line(PQerrorMessage(connection))
      return .lost(message.isEmpty ? "the connection to PostgreSQL is lost" : message, .gone)
    }

    private static func fault(ofConnecting connection: OpaquePointer) -> StoreFault {
      // libpq keeps no code of it.
      String(cString: PQerrorMessage(connection)).contains("session is read-only") ? .readOnly : .gone
    }

    /// A message in one line.
    private static func line(_ message: UnsafePointer<CChar>?) -> String {
      message.map { String(cString: $0) }?.split(whereSeparator: \.isNewline)
        .map { $0.drop { $0 == "\t" || $0 == " " } }.joined(separator: "; ") ?? ""
    }
  }
#endif
