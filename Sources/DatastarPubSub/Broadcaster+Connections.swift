extension Broadcaster {
  /// The topics that have subscribers at this server, in no order.
  public var topics: [Topic] { manager.topics }

  /// Returns how many connections of this server are on a topic.
  public func subscriberCount(of topic: Topic) -> Int { manager.subscriberCount(of: topic) }

  /// Calls `act` after each joining of a topic from now on, beside all who are told of it already.
  ///
  /// It is called on the thread of who subscribes, with no lock held, and stays for as long as the broadcaster.
  public func onSubscribe(_ act: @escaping @Sendable (Topic, Connection.ID) -> Void) { manager.onSubscribe(act) }

  /// Calls `act` after each leaving of a topic from now on, however the connection left; see ``onSubscribe(_:)``.
  public func onUnsubscribe(_ act: @escaping @Sendable (Topic, Connection.ID) -> Void) { manager.onUnsubscribe(act) }

  /// Subscribes a connection to a topic: every frame that is published after this call reaches it.
  ///
  /// Subscribing twice is one subscription.
  ///
  /// - Throws: ``PubSubError/closed`` after ``close()``, and what the backend throws on a topic's first subscription.
  public func subscribe(_ connection: Connection, to topic: Topic) throws(PubSubError) {
    try manager.subscribe(connection, to: topic)
  }

  /// Takes a connection off a topic, whoever put it there, for one: a stream whose reader may see the topic no longer.
  ///
  /// Nothing that is broadcast after this call reaches it. One that is not on the topic is no error.
  public func unsubscribe(_ id: Connection.ID, from topic: Topic) { manager.unsubscribe(id, from: topic) }

  /// Takes a connection off every topic it is on, and ends it: a stream's client sees the end of its response.
  ///
  /// One that has ended already is no error.
  public func disconnect(_ id: Connection.ID) { manager.disconnect(id) }

  /// Hands a payload to the connections of this server alone; the others do not get it.
  public func deliver(_ payload: Payload, to topic: Topic) { manager.deliver(payload, to: topic) }

  /// Returns when what a topic's connections have been handed so far has been written, or waits for slow clients; see ``Manager/waitUntilSent(_:)``.
  public func waitUntilSent(_ topic: Topic) async { await manager.waitUntilSent(topic) }

  /// The newest state of a topic that is known of here; nil where none is, or nobody is on the topic.
  public func version(of topic: Topic) -> Payload.Version? { manager.version(of: topic) }

  /// Asks the application for a state that has been stored, unless one as new is known of here already, and delivers it
  /// to all who are on the topic; see ``Manager/fetch(_:of:)``.
  ///
  /// - Throws: what the application throws.
  public func fetch(_ version: Payload.Version, of topic: Topic) async throws {
    try await manager.fetch(version, of: topic)
  }

  /// Forgets the snapshots and deltas that are kept of all topics, for an application that renders its states otherwise
  /// from now on: whoever comes later is sent what ``Configuration/catchUp`` returns.
  public func forgetKept() { manager.forgetKept() }
}
