import DatastarLocking

/// The process's own pub/sub core, for applications that want one without passing it around.
///
/// ```swift
/// PubSub.configure { $0.onError = { print($0) } }
/// try PubSub.broadcast("todos:groceries") { sse in
///   try sse.patchElements("<li id=\"todo-1\">Milk</li>")
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

  /// Which connections are on which topic.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``.
  public static var manager: Manager {
    get throws(PubSubError) { try broadcaster().manager }
  }

  /// Publishes the events that `build` collects to all that are on `topic`; see
  /// ``Broadcaster/broadcast(_:version:_:)``.
  ///
  /// - Throws: ``PubSubError/notConfigured`` before ``configure(_:)``, and what `build` throws.
  public static func broadcast(
    _ topic: Topic, version: Payload.Version? = nil, _ build: (inout EventCollector) throws -> Void
  ) throws {
    try broadcaster().broadcast(topic, version: version, build)
  }

  /// Forgets and closes the core, as if it had never been configured. For tests.
  public static func reset() {
    replace(by: nil)
  }

  private static func broadcaster() throws(PubSubError) -> Broadcaster {
    guard let broadcaster = shared.withLock({ $0 }) else { throw .notConfigured }
    return broadcaster
  }

  private static func replace(by broadcaster: Broadcaster?) {
    let previous = shared.withLock { shared in
      defer { shared = broadcaster }
      return shared
    }
    previous?.close()
  }
}
