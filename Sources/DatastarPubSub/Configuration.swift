/// What the pub/sub core is made of.
public struct Configuration: Sendable {
  /// Carries payloads between servers; in memory by default.
  public var backend: any Backend = MemoryBackend()
  /// Called after a connection has come onto a topic. There can be more, see ``Broadcaster/onSubscribe(_:)``.
  public var onSubscribe: @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  /// Called after a connection has left a topic, however it left. There can be more, see
  /// ``Broadcaster/onUnsubscribe(_:)``.
  public var onUnsubscribe: @Sendable (Topic, Connection.ID) -> Void = { _, _ in }
  /// Called when the backend fails: what it was to publish, if anything, has been dropped. Called as well when ``catchUp``
  /// does.
  public var onError: @Sendable (PubSubError) -> Void = { _ in }

  /// Says what is newer on a topic than a version: a snapshot, which is right for everybody, or a delta that begins at
  /// that version; nil where nothing is newer, or the topic shows no state.
  ///
  /// Asked when somebody is behind by more than is kept, once for all who wait for the same, and never twice at a time
  /// for one topic. The version is nil for who has been sent no state yet. One that the state has never had is answered
  /// by a snapshot, too. An error is thrown to who subscribes; who is behind waits, and has it asked again, each time after
  /// twice as long, up to two seconds. So does who is answered less than has been published. ``onError`` is told once.
  public var catchUp: @Sendable (Topic, Payload.Version?) async throws -> Payload? = { _, _ in nil }
  /// How many bytes of deltas are kept of each topic that somebody is on, to catch up those who are behind by little.
  public var keptDeltaBytes = 32 * 1024
  /// How many messages may wait for a stream whose client is slow. Of more than that the oldest are dropped.
  ///
  /// Slow is also who is sent more in one go than the kernel takes for it, which are some tens of KiB: a burst of more
  /// than that and of more messages than these is not for messages, but for a state.
  public var messageLimit = 16
  /// Called when the backend reaches other processes, for the first time or again.
  public var onRecovery: @Sendable () -> Void = {}

  /// The defaults: in memory, nobody is told.
  public init() {}
}
