import Datastar
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
/// A stream belongs to its connection's event loop, on which its handler runs; every call is to be made there.
/// Broadcasts, heartbeats and the handler's own events are thus written by one thread, in one order.
public final class EventStream: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only, which every call that writes checks.

  /// The id of the last event that the client had before it came back, from `Last-Event-ID`.
  public let lastEventID: String?
  /// The state that the client says it shows: that of its `Last-Event-ID`, or of `after` in the query.
  public let clientVersion: Payload.Version?

  let response: ResponseStream
  let outlet: LoopOutlet
  let manager: Manager?
  private var connection: Connection?
  /// Where the client is on each topic, of which it sees one or two.
  var places: [TopicPlace] = []
  /// The streams that this one is in step with: until it leaves them, what it has been sent is kept there.
  var lockstep: LockstepStreams?
  /// What a compressed stream remembers; nil for a plain one.
  var gzip: GzipStream?
  /// What a slow client has not been sent of what stands alone.
  private var messages = WaitingMessages()
  private let logger: Logger

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
    response.onIdle = { [self] in sendHeartbeat() }
    response.onStop = { [self] in sayWhenToReturn() }
    response.onClose = { [self] in leave() }
  }

  /// Whether the client is there and the stream has not been ended.
  public var isOpen: Bool { response.isOpen }

  /// What the topics know the stream by; nil before it has subscribed to one, and after it has ended.
  public var connectionID: Connection.ID? { connection?.id }

  /// Puts the stream on a topic: all that is broadcast there from now on is sent, until the stream ends.
  ///
  /// Subscribing twice is one subscription. On a stream that has closed it does nothing.
  ///
  /// - Throws: `PubSubError.streamWithoutTopics` on a stream that is no broadcaster's, and what the backend throws.
  public func subscribe(_ topic: Topic) throws {
    response.loop.preconditionIsCurrent()
    guard let manager else { throw PubSubError.streamWithoutTopics }
    guard isOpen, place(on: topic) == nil else { return }
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

  /// Puts the stream on a topic that shows a state, and returns when the client has been sent what is newer than what it
  /// shows: nothing, deltas or a snapshot.
  ///
  /// - Parameter version: what the client says it shows, ``clientVersion`` for one; nil for nothing.
  /// - Throws: what ``subscribe(_:)`` throws, and what the application throws when it is asked for the state.
  public func subscribe(_ topic: Topic, after version: Payload.Version?) async throws {
    try subscribe(topic)
    guard let place = place(on: topic), places[place].shown == nil else { return }
    places[place].shown = version
    try await manager?.check(topic)
    try await catchUp(topic)
  }

  /// Sends the events that `build` collects.
  public func send(_ build: (inout EventCollector) throws -> Void) rethrows {
    send(Payload(try EventCollector.bytes(build)))
  }

  /// Sends events that are in their wire form already.
  public func send(_ message: Payload) {
    write(Frame(message))
  }

  /// Sends what changes nothing, as the heartbeat does: for a client to see that the stream is there.
  public func greet() {
    // The same for all streams, which keep what they have been sent last.
    write(Self.heartbeat)
  }

  /// Ends the stream; the client sees a complete response.
  public func end() {
    response.end()
  }
}

// MARK: - What the loop sends

extension EventStream {
  /// Within what time clients return to a server that has stopped, in milliseconds.
  private static let returnTimes = 500...3_500

  func place(on topic: Topic) -> Int? { places.firstIndex { $0.topic == topic } }

  /// Sends a frame if it is the next one for the client, and otherwise notes what has to be made up for.
  func deliver(_ frame: Frame, of topic: Topic) {
    leaveStep()
    guard response.isOpen, let place = place(on: topic) else { return }
    switch frame.payload.fit(places[place].shown) {
    case .old: fallIntoStep()
    case .next where response.isDrained: write(frame, of: topic)
    case .next where frame.payload.version == nil: wait(frame, topic)
    case .next, .ahead: fallBehind(place)
    }
  }

  private func write(_ frame: Frame, of topic: Topic? = nil) {
    leaveStep()
    if let version = frame.payload.version, let place = topic.flatMap(place) { places[place].shown = version }
    let encoded = outlet.encoded(frame, of: topic)
    outlet.metrics.deliveries.increment()
    if let block = gzip?.block(of: encoded) {
      response.write(block)
      outlet.metrics.compressedBytes.increment(by: block.count)
    } else {
      outlet.metrics.plainBytes.increment(by: encoded.write(to: response))
    }
    fallIntoStep()
  }

  private func wait(_ message: Frame, _ topic: Topic) {
    let limit = manager?.messageLimit ?? 0
    if messages.append(message, of: topic, limit: limit) { outlet.metrics.dropped.increment() }
  }

  /// Notes that a state is not sent, because the client is slow or shows another one than it leads on from.
  private func fallBehind(_ place: Int) {
    if places[place].isBehind { outlet.metrics.conflated.increment() }
    places[place].isBehind = true
    if response.isDrained { makeUp(places[place].topic) }
  }

  /// Sends a client that has taken in all what it has not been sent meanwhile.
  private func sendWaiting() {
    for place in places where place.isBehind { makeUp(place.topic) }
    while response.isDrained, let (topic, message) = messages.next() { write(message, of: topic) }
    let dropped = messages.takeDropped()
    if dropped > 0 { logger.notice("messages were dropped for a slow client", metadata: ["count": "\(dropped)"]) }
  }

  /// Keeps proxies from closing an idle stream, finds clients that have gone without a word, and lets a page notice that
  /// its line has died: a comment would not reach it.
  private func sendHeartbeat() {
    guard let lockstep else { return response.isDrained ? write(Self.heartbeat) : () }
    lockstep.send(Self.heartbeat, of: nil, outlet)
  }

  /// Changes no signal.
  private static let heartbeat = Frame(Payload(ServerSentEvent(PatchSignals([:])).bytes))

  /// Tells a client when to return to a server that stops: each at another time, so that not all come at once.
  private func sayWhenToReturn() {
    write(Frame(Payload(Array("retry: \(Int.random(in: Self.returnTimes))\n\n".utf8))))
  }

  /// Sends nothing of a topic any more.
  func leave(_ topic: Topic) {
    leaveStep()
    guard let place = place(on: topic) else { return fallIntoStep() }
    places.remove(at: place)
    outlet.remove(self, from: topic)
    messages.remove(of: topic)
    fallIntoStep()
  }

  private func leave() {
    leaveStep()
    if gzip != nil { outlet.compressedStreams.add(-1) }
    for place in places { outlet.remove(self, from: place.topic) }
    (places, messages) = ([], WaitingMessages())
    guard let connection else { return }
    self.connection = nil
    outlet.streams[connection.id] = nil
    manager?.remove(connection.id)
  }
}
