/// Publishes events to the subscribers of a topic: the same as ``PubSub``, as a value for code that takes what it needs
/// as parameters.
public struct Broadcaster: Sendable {
  /// The local connections and their topics.
  public let manager: Manager
  private let backend: any Backend
  private let onError: @Sendable (PubSubError) -> Void

  /// Makes a broadcaster over the configured backend.
  public init(_ configuration: Configuration = Configuration()) {
    backend = configuration.backend
    onError = configuration.onError
    manager = Manager(
      backend: configuration.backend, onSubscribe: configuration.onSubscribe,
      onUnsubscribe: configuration.onUnsubscribe)
    backend.onError(configuration.onError)
    backend.onRecovery(configuration.onRecovery)
  }

  /// Publishes the events that `build` collects, on every server, to all that are on `topic`.
  ///
  /// With nobody there it does nothing. A failing backend is reported to the configuration's `onError`, and the
  /// broadcast is dropped: what the caller did before has happened all the same.
  ///
  /// - Parameter version: the state that the events show; see ``Payload/version``.
  public func broadcast(
    _ topic: Topic, version: Payload.Version? = nil, _ build: (inout EventCollector) throws -> Void
  ) rethrows {
    var events = EventCollector()
    try build(&events)
    publish(Payload(events.bytes, version: version), to: topic)
  }

  /// Publishes events that are in their wire form already; answers whether the backend has taken them.
  @discardableResult
  public func publish(_ payload: Payload, to topic: Topic) -> Bool {
    do {
      try backend.publish(payload, to: topic)
      return true
    } catch {
      onError(error)
      return false
    }
  }

  /// Calls `act` with each topic whose state has to be published anew; see `Backend.onGap(_:)`.
  public func onGap(_ act: @escaping @Sendable (Topic) -> Void) {
    backend.onGap(act)
  }

  /// How it stands with other processes; nil where the backend reaches none.
  public var link: BackendLink? { backend.link }

  /// Ends the backend; broadcasts are reported as errors from now on.
  public func close() {
    backend.close()
  }
}
