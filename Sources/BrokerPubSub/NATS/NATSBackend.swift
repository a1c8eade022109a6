#if NATS
  import DatastarPubSub

  /// Joins the processes of one application over NATS, with one connection a process.
  ///
  /// ```swift
  /// let nats = try NATSBackend(NATSAddress("nats://127.0.0.1:4222"))
  /// PubSub.configure { $0.backend = nats }
  /// ```
  ///
  /// A topic's subject is `datastar.<topic>`, or has a hash of it where that would be too long or has other characters.
  /// A payload of up to the server's `max_payload`, 1 MB by default, goes as it is; a larger state goes as its version,
  /// and a larger message not at all.
  public typealias NATSBackend = BrokerBackend<NATSAddress>

  extension BrokerBackend where Address == NATSAddress {
    /// Begins to connect, on a thread of its own.
    ///
    /// - Throws: `PubSubError.backend` where the system has no thread for it. A NATS that is not there is
    ///   reported to ``onError(_:)`` and tried again until it is.
    public convenience init(_ address: NATSAddress) throws(PubSubError) { try self.init(to: address) }
  }
#endif
