import DatastarLocking

extension Broadcaster {
  /// Returns the frames of a topic as they come, for any transport.
  ///
  /// ```swift
  /// for await frame in broadcaster.frames(of: "todos:groceries", after: version, heartbeat: .seconds(20)) {
  ///   try await response.write(frame.bytes)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - topic: compared exactly; no wildcards.
  ///   - version: what the client says it shows, see ``Payload/Version/init(eventID:)``; nil for nothing.
  ///   - heartbeat: after how long without a frame there is one that changes nothing; nil, or no time at all, for never.
  ///     A transport that notices only by writing that a client has left needs one.
  public func frames(
    of topic: Topic, after version: Payload.Version? = nil, heartbeat: Duration? = nil
  ) -> TopicFrames {
    TopicFrames(topic, version, heartbeat.flatMap { $0 > .zero ? $0 : nil }, manager)
  }
}

/// The frames of a topic: what is newer than what the reader shows, and then all that comes.
///
/// A reader that takes its time is given the newest state, or the deltas that lead to it, and nothing older: at most one
/// state waits for it, and so many messages as ``Configuration/messageLimit`` says, of which the oldest are dropped for
/// newer ones. Where the topic shows no state, there is nothing but what is broadcast.
///
/// Each iteration is a connection of its own, which joins the topic when it begins and leaves it when it ends. It ends when
/// its task is cancelled, when it is left, when somebody disconnects it, and when the broadcaster is closed or its backend
/// refuses the subscription, which `onError` is told.
public struct TopicFrames: AsyncSequence, Sendable {
  private let topic: Topic
  private let version: Payload.Version?
  private let heartbeat: Duration?
  private let manager: Manager
  private let dropped = Tally()

  init(_ topic: Topic, _ version: Payload.Version?, _ heartbeat: Duration?, _ manager: Manager) {
    (self.topic, self.version, self.heartbeat, self.manager) = (topic, version, heartbeat, manager)
  }

  /// How many messages have been dropped because too many waited for a slow reader.
  public var droppedMessages: Int { dropped.value }

  /// Joins the topic.
  public func makeAsyncIterator() -> Iterator {
    let reader = TopicReader(of: topic, after: version, heartbeat: heartbeat, at: manager, dropped: dropped)
    let connection = Connection(at: reader)
    do {
      try manager.subscribe(connection, to: topic)
    } catch {
      manager.configuration.onError(error)
      reader.close()
    }
    return Iterator(reader, Place(connection.id, manager))
  }

  /// Returns one frame after the other.
  public struct Iterator: AsyncIteratorProtocol {
    private let reader: TopicReader
    private let place: Place

    fileprivate init(_ reader: TopicReader, _ place: Place) { (self.reader, self.place) = (reader, place) }

    /// Returns the next frame, when there is one; nil at the end, for one where the task is cancelled.
    public mutating func next() async -> Frame? {
      let frame = await reader.next()
      if frame == nil { place.leave() }
      return frame
    }
  }

  /// The place on the topic, which becomes free when nobody iterates any more.
  fileprivate final class Place: Sendable {
    private let id: Connection.ID
    private let manager: Manager

    init(_ id: Connection.ID, _ manager: Manager) { (self.id, self.manager) = (id, manager) }

    deinit { leave() }

    func leave() { manager.remove(id) }
  }
}
