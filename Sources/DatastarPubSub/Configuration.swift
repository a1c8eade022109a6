/// What the pub/sub core is made of.
public struct Configuration: Sendable {
  /// Carries payloads between servers; in memory by default.
  public var backend: any Backend = MemoryBackend()
  /// Called after a connection has come onto a topic.
  public var onSubscribe: @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  /// Called after a connection has left a topic, however it left.
  public var onUnsubscribe: @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  /// Called when the backend fails: what it was to publish, if anything, has been dropped.
  public var onError: @Sendable (PubSubError) -> Void = { _ in }

  /// Called when the backend reaches other processes, for the first time or again.
  public var onRecovery: @Sendable () -> Void = {}

  /// The defaults: in memory, nobody is told.
  public init() {}
}
