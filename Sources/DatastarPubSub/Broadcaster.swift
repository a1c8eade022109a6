/// Publishes events to the subscribers of a topic: the same as ``PubSub``, as a value for code that takes what it needs
/// as parameters.
///
/// ```swift
/// let broadcaster = Broadcaster()
/// broadcaster.broadcast(to: "todos:groceries") { sse in
///   sse.patchElements("<li id=\"todo-1\">Milk</li>")
/// }
/// ```
public struct Broadcaster: Sendable {
  /// The local connections and their topics.
  package let manager: Manager
  private let backend: any Backend
  private let onError: @Sendable (PubSubError) -> Void

  /// Creates a broadcaster over the configured backend.
  public init(_ configuration: Configuration = Configuration()) {
    backend = configuration.backend
    onError = configuration.onError
    manager = Manager(configuration)
    backend.onError(configuration.onError)
    backend.onRecovery(configuration.onRecovery)
    backend.onNewerState { [weak manager] topic, version in
      Task { await manager?.keepFetching(version, of: topic) }
    }
  }

  /// Publishes the events that `build` collects, on every server, to all that are on `topic`.
  ///
  /// With nobody there it does nothing. A failing backend is reported to the configuration's `onError`, and the
  /// broadcast is dropped: what the caller did before has happened all the same.
  ///
  /// - Parameters:
  ///   - topic: compared exactly; no wildcards.
  ///   - version: the state that the events show, for a snapshot; nil for a message. See ``Payload``.
  ///   - build: collects the events, once.
  /// - Throws: what `build` throws.
  public func broadcast(
    to topic: Topic, version: Payload.Version? = nil, _ build: (inout EventCollector) throws -> Void
  ) rethrows {
    publish(Payload(try EventCollector.bytes(build), version: version), to: topic)
  }

  /// Publishes, on every server, a delta: events that turn one state of a topic into a later one.
  ///
  /// They are sent to those who are shown `previous`. Who is shown anything else is caught up, see
  /// ``Configuration/catchUp``.
  ///
  /// - Parameters:
  ///   - topic: compared exactly; no wildcards.
  ///   - previous: the state that the events are for.
  ///   - version: the later state that is shown when they have been read.
  ///   - build: collects the events, once.
  /// - Throws: what `build` throws.
  public func broadcast(
    to topic: Topic, from previous: Payload.Version, version: Payload.Version,
    _ build: (inout EventCollector) throws -> Void
  ) rethrows {
    publish(Payload(try EventCollector.bytes(build), from: previous, to: version), to: topic)
  }

  /// Publishes events that are in their wire form already.
  ///
  /// - Returns: whether the backend has taken them.
  @discardableResult
  public func publish(_ payload: Payload, to topic: Topic) -> Bool {
    reportingErrors { () throws(PubSubError) in
      try backend.publish(payload, to: topic)
      return true
    }
  }

  /// Tells the other servers of a snapshot that nobody here is shown, instead of publishing it: whoever is on the topic
  /// there and shows an older state asks the application, see ``Configuration/catchUp``.
  ///
  /// The state has to be stored by then, so that whoever subscribes here meanwhile is shown it.
  ///
  /// - Returns: whether they are told; false where the snapshot has to be published, since somebody is on the topic here
  ///   or the backend cannot.
  public func announce(_ version: Payload.Version, of topic: Topic) -> Bool {
    guard subscriberCount(of: topic) == 0 else { return false }
    return reportingErrors { () throws(PubSubError) in try backend.announce(version, of: topic) }
  }

  /// Returns what the backend has answered; false, and it is reported, where it has failed.
  private func reportingErrors(_ ask: () throws(PubSubError) -> Bool) -> Bool {
    do { return try ask() } catch {
      onError(error)
      return false
    }
  }

  /// Calls `act` with each topic whose state has to be published anew; see `Backend.onMissedUpdates(_:)`.
  public func onMissedUpdates(_ act: @escaping @Sendable (Topic) -> Void) {
    backend.onMissedUpdates(act)
  }

  /// How it stands with other processes; nil where the backend reaches none.
  public var status: BackendStatus? { backend.status }

  /// Ends the backend: broadcasts are reported as errors from now on, and nobody can subscribe any more.
  public func close() {
    manager.close()
    backend.close()
  }
}
