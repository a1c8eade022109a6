import DatastarPubSub
import LibeventHTTP
import Logging

/// A response of server-sent events that stays open and can subscribe to topics.
///
/// ```swift
/// router.get("/subscribe/:list") { request in
///   broadcaster.stream(request) { stream in
///     try await stream.subscribe("todos:groceries", after: stream.clientVersion)
///   }
/// }
/// ```
///
/// It can be used from anywhere: from its handler, from tasks that the handler starts, from actors. Each call goes over to
/// the event loop of the stream's connection, on which handlers run and calls take effect at once; broadcasts, heartbeats
/// and what is sent here are thus written by one thread, in one order. What is asked of a stream that has ended does
/// nothing.
public final class EventStream: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only, to which every public call goes over.

  /// The id of the last event that the client had before it came back, from `Last-Event-ID`.
  public let lastEventID: String?
  /// The state that the client says it shows: that of its `Last-Event-ID`, or of `after` in the query.
  public let clientVersion: Payload.Version?

  let response: ResponseStream
  let outlet: LoopOutlet
  let manager: Manager?
  var connection: Connection?
  /// Where the client is on each topic, of which it sees one or two.
  var places: [TopicPlace] = []
  /// The streams that this one is in step with: until it leaves them, what it has been sent is kept there.
  var lockstep: LockstepStreams?
  /// What a compressed stream remembers; nil for a plain one.
  var gzip: GzipStream?
  /// What a slow client has not been sent of what stands alone.
  var messages = WaitingMessages()
  /// What handlers send to a slow client, each of whom waits for its turn.
  var senders = WaitingSenders()
  /// Whether the server is about to end the stream, for which nobody is to wait.
  var isStopping = false
  let logger: Logger

  init(
    _ response: ResponseStream, manager: Manager?, lastEventID: String?, clientVersion: Payload.Version?,
    isCompressed: Bool, logger: Logger
  ) {
    (self.response, self.logger) = (response, logger)
    outlet = LoopOutlet.on(response.loop, metrics: response.metrics)
    self.manager = manager
    (self.lastEventID, self.clientVersion) = (lastEventID, clientVersion)
    if isCompressed {
      let gzip = GzipStream(response.framing)
      response.write(gzip.header)
      self.gzip = gzip
      outlet.compressedStreams.add()
      response.trailer = { [self] in
        leaveStep()
        return self.gzip?.trailer ?? []
      }
    }
    // The response holds the stream by these until it is closed.
    response.onDrain = { [self] in sendWaiting() }
    response.onLag = { [self] in leaveStep() }
    response.onIdle = { [self] in beat() }
    response.onStop = { [self] in sayWhenToReturn() }
    response.onClose = { [self] in leave() }
  }

  /// Whether the client is there and the stream has not been ended; `while await stream.isOpen`.
  public var isOpen: Bool {
    get async { await onLoop { [self] in response.isOpen } ?? false }
  }

  /// What the topics know the stream by, for `Broadcaster.disconnect(_:)` and the like; nil before it has subscribed to
  /// one, and after it has ended.
  public var connectionID: Connection.ID? {
    get async { await onLoop { [self] in connection?.id } ?? nil }
  }

  /// Subscribes the stream to a topic: all that is broadcast there from now on is sent, until the stream ends.
  ///
  /// Subscribing twice is one subscription.
  ///
  /// - Throws: `PubSubError.streamWithoutTopics` on a stream that is no broadcaster's, and what the backend throws.
  public func subscribe(_ topic: Topic) async throws {
    try await onLoop { [self] in Result { try join(topic) } }?.get()
  }

  /// Subscribes the stream to a topic that shows a state, and returns when the client has been sent what is newer than
  /// what it shows: nothing, deltas or a snapshot.
  ///
  /// - Parameters:
  ///   - topic: compared exactly; no wildcards.
  ///   - version: what the client says it shows, ``clientVersion`` for one; nil for nothing.
  /// - Throws: what ``subscribe(_:)`` throws, and what the application throws when it is asked for the state, unless the
  ///   client has been sent one by then: it stays, and the application is asked again until it answers.
  public func subscribe(_ topic: Topic, after version: Payload.Version?) async throws {
    // A task that has only been started on the loop's thread goes on elsewhere.
    let staysHere = withUnsafeCurrentTask { $0?.unownedTaskExecutor } == response.loop.tasks.asUnownedTaskExecutor()
    if response.loop.isCurrent, staysHere { return try await follow(topic, after: version) }
    guard await isOpen else { return }
    let following = Task(executorPreference: response.loop.tasks) { [self] in try await follow(topic, after: version) }
    try await withTaskCancellationHandler {
      try await following.value
    } onCancel: {
      following.cancel()
    }
  }

  private func follow(_ topic: Topic, after version: Payload.Version?) async throws {
    try join(topic)
    guard let place = place(on: topic), places[place].shown == nil else { return }
    places[place].shown = version
    do {
      try await manager?.check(topic)
      try await catchUp(topic)
    } catch {
      // A state that was broadcast meanwhile may have reached the client, or one that was answered before the error.
      guard let place = self.place(on: topic), places[place].shown != version else { throw error }
      makeUp(topic)
    }
  }

  private func join(_ topic: Topic) throws {
    guard let manager else { throw PubSubError.streamWithoutTopics }
    guard response.isOpen, place(on: topic) == nil else { return }
    let connection = connection ?? Connection(at: outlet)
    // First, so that nothing is missed that is broadcast from now on.
    outlet.add(self, to: topic)
    do {
      try manager.subscribe(connection, to: topic)
    } catch {
      outlet.remove(self, from: topic)
      throw error
    }
    places.append(TopicPlace(topic: topic))
    if self.connection == nil { outlet.streams[connection.id] = self }
    self.connection = connection
  }

  /// Ends the stream; the client sees a complete response.
  public func end() async {
    await onLoop { [self] in finish() }
  }

  /// Runs `act` on the stream's loop, at once where the caller is on it.
  ///
  /// - Returns: what `act` returns; nil where the loop has ended, and the stream with it.
  @discardableResult
  func onLoop<Value: Sendable>(_ act: @escaping @Sendable () -> Value) async -> Value? {
    if response.loop.isCurrent { return act() }
    return await withCheckedContinuation { done in
      let isTaken = response.loop.execute { done.resume(returning: act()) }
      if !isTaken { done.resume(returning: nil) }
    }
  }
}
