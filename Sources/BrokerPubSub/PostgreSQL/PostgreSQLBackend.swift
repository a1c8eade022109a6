#if PostgreSQL
  import DatastarPubSub

  /// Joins the processes of one application over PostgreSQL's LISTEN and NOTIFY, with one connection a process.
  ///
  /// ```swift
  /// let database = try PostgreSQLBackend(PostgreSQLAddress("postgres://todo@db.example/todo"))
  /// PubSub.configure { $0.backend = database }
  /// ```
  ///
  /// A topic's channel is `datastar:<topic>`, or has a hash of it where that would be too long or has other characters.
  /// Processes have to use the same database. A payload of up to about 7,900 bytes goes as it is; a larger state goes as
  /// its version, and a larger message not at all. Nothing is written to the database, and no notification waits for its
  /// disk or its standbys.
  public typealias PostgreSQLBackend = BrokerBackend<PostgreSQLAddress>

  extension BrokerBackend where Address == PostgreSQLAddress {
    /// Begins to connect, on a thread of its own.
    ///
    /// - Throws: `PubSubError.backend` where the system has no thread for it. A PostgreSQL that is not there is
    ///   reported to ``onError(_:)`` and tried again until it is.
    public convenience init(_ address: PostgreSQLAddress) throws(PubSubError) { try self.init(to: address) }
  }
#endif
