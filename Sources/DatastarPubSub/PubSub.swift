import DatastarLocking

/// The process's own pub/sub core, for applications that want one without passing it around.
///
/// ```swift
/// PubSub.configure { $0.onError = { print($0) } }
/// try PubSub.broadcast(to: "todos:groceries") { sse in
///   sse.patchElements("<li id=\"todo-1\">Milk</li>")
/// }
/// ```
///
/// Code that takes its dependencies as parameters uses a ``Broadcaster``.
public enum PubSub {
  private static let shared = Locked<Broadcaster?>(nil)

  /// Sets the core up; a core that was there before is closed.
  public static func configure(_ adjust: (inout Configuration) -> Void = { _ in }) {
    var configuration = Configuration()
    adjust(&configuration)
    replace(by: Broadcaster(configuration))
  }

  /// The core, for all that is not asked for here.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``.
  public static var broadcaster: Broadcaster {
    get throws(PubSubError) {
      guard let broadcaster = shared.withLock({ $0 }) else { throw .notConfigured }
      return broadcaster
    }
  }

  /// Which connections are on which topic.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``.
  public static var manager: Manager {
    get throws(PubSubError) { try broadcaster.manager }
  }

  /// Publishes the events that `build` collects to all that are on `topic`; see
  /// ``Broadcaster/broadcast(to:version:_:)``.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``, and what `build` throws.
  public static func broadcast(
    to topic: Topic, version: Payload.Version? = nil, _ build: (inout EventCollector) throws -> Void
  ) throws {
    try broadcaster.broadcast(to: topic, version: version, build)
  }

  /// Publishes a delta to those on `topic` who are shown the state before it; see
  /// ``Broadcaster/broadcast(to:from:version:_:)``.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``, and what `build` throws.
  public static func broadcast(
    to topic: Topic, from previous: Payload.Version, version: Payload.Version,
    _ build: (inout EventCollector) throws -> Void
  ) throws {
    try broadcaster.broadcast(to: topic, from: previous, version: version, build)
  }

  /// Publishes a snapshot, a delta or a message to all that are on `topic`; see ``Broadcaster/publish(_:to:)``.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``.
  public static func publish(_ payload: Payload, to topic: Topic) throws(PubSubError) {
    try broadcaster.publish(payload, to: topic)
  }

  /// Forgets and closes the core, as if it had never been configured. For tests.
  public static func reset() {
    replace(by: nil)
  }

  private static func replace(by broadcaster: Broadcaster?) {
    let previous = shared.withLock { shared in
      defer { shared = broadcaster }
      return shared
    }
    previous?.close()
  }
}
