#if Redis
  import DatastarPubSub

  /// Joins the processes of one application over Redis's pub/sub, with one pair of connections a process.
  ///
  /// ```swift
  /// let redis = try RedisBackend(RedisAddress("redis://127.0.0.1:6379/0"))
  /// PubSub.configure { $0.backend = redis }
  /// ```
  ///
  /// A topic's channel is `datastar:<topic>`, or `datastar@N:<topic>` for a database N other than 0.
  public typealias RedisBackend = BrokerBackend<RedisAddress>

  extension BrokerBackend where Address == RedisAddress {
    /// Begins to connect, on a thread of its own.
    ///
    /// - Throws: `PubSubError.backend` where the system has no thread for it. A Redis that is not there is
    ///   reported to ``onError(_:)`` and tried again until it is.
    public convenience init(_ address: RedisAddress) throws(PubSubError) { try self.init(to: address) }
  }
#endif
