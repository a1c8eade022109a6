import Datastar
import DatastarPubSub
import HTTPServer

/// A response of server-sent events that stays open and can subscribe to topics.
///
/// ```swift
/// router.get("/subscribe/:list") { request in
///   EventStream.response(to: request, manager: broadcaster.manager) { stream in
///     try stream.subscribe("todos:groceries")
///     try stream.send { sse in try sse.patchElements(page) }
///   }
/// }
/// ```
///
/// A stream belongs to its connection's event loop, on which its handler runs; every call is to be made there.
/// Broadcasts, heartbeats and the handler's own events are thus written by one thread, in one order.
public final class EventStream: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only, which every call that writes checks.

  private let response: ResponseStream
  private let outlet: LoopOutlet
  private let manager: Manager?
  private var connection: Connection?
  private var topics: [Topic] = []
  /// The streams that this one is in step with: until it leaves them, what it has been sent is kept there.
  private var cohort: Cohort?
  /// What a compressed stream remembers; nil for a plain one.
  private var gzip: GzipStream?
  private var sent: SentVersions
  private var pending = PendingFrames()

  init(_ response: ResponseStream, manager: Manager?, lastEventID: String?, isCompressed: Bool) {
    self.response = response
    outlet = LoopOutlet.on(response.loop)
    self.manager = manager
    sent = SentVersions(lastEventID: lastEventID)
    if isCompressed {
      let gzip = GzipStream(response.framing)
      response.write(gzip.header)
      self.gzip = gzip
      response.trailer = { [self] in
        leaveStep()
        return self.gzip?.trailer ?? []
      }
    }
    // The response holds the stream by these until it is closed.
    response.onDrain = { [self] in sendPending() }
    response.onLag = { [self] in leaveStep() }
    response.onIdle = { [self] in sendHeartbeat() }
    response.onStop = { [self] in sayWhenToReturn() }
    response.onClose = { [self] in leave() }
  }

  /// The id of the last event that the client had before it came back, from `Last-Event-ID`. The state of that id is
  /// not sent it again.
  public var lastEventID: String? { sent.lastEventID }

  /// Whether the client is there and the stream has not been ended.
  public var isOpen: Bool { response.isOpen }

  var isSubscribed: Bool { connection != nil }

  /// Puts the stream on a topic: all that is broadcast there from now on is sent, until the stream ends.
  ///
  /// Subscribing twice is one subscription. On a stream that has closed it does nothing.
  ///
  /// - Throws: `PubSubError.notConfigured` where there is neither a manager nor a configured `PubSub`, and what its
  ///   backend throws.
  public func subscribe(_ topic: Topic) throws {
    response.loop.preconditionIsCurrent()
    guard isOpen, !topics.contains(topic) else { return }
    let connection = connection ?? Connection(at: outlet)
    // First, so that nothing is missed that is broadcast from now on.
    outlet.add(self, to: topic)
    do {
      try (manager ?? PubSub.manager).subscribe(connection, to: topic)
    } catch {
      outlet.remove(self, from: topic)
      throw error
    }
    topics.append(topic)
    self.connection = connection
  }

  /// Sends the events that `build` collects.
  public func send(_ build: (inout EventCollector) throws -> Void) rethrows {
    var events = EventCollector()
    try build(&events)
    write(Frame(Payload(events.bytes)))
  }

  /// Sends a frame of `topic`, unless the stream has had that state or a newer one already, or came back with its id.
  public func send(_ frame: Frame, of topic: Topic) {
    deliver(frame, of: topic)
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

  /// Sends a frame, or has it wait where the client has to catch up.
  func deliver(_ frame: Frame, of topic: Topic) {
    leaveStep()
    guard response.isOpen else { return }
    if let version = frame.payload.version, !sent.advance(to: version, of: topic) { return }
    if response.isDrained {
      write(frame, of: topic)
    } else {
      wait(frame, topic)
    }
  }

  private func write(_ frame: Frame, of topic: Topic? = nil) {
    leaveStep()
    let forms = outlet.forms(of: frame)
    outlet.statistics.deliveries.add()
    if let block = gzip?.block(of: forms) {
      response.write(block)
      outlet.statistics.compressedBytes.add(block.count)
    } else {
      outlet.statistics.plainBytes.add(forms.write(to: response))
    }
    guard let topic, response.isOpen, response.isDrained, response.framing == .chunked else { return }
    outlet.audience(of: topic)?.bringIntoStep(self, sent: frame, isCompressed: gzip != nil)
  }

  private func wait(_ frame: Frame, _ topic: Topic) {
    outlet.statistics.conflated.add(pending.append(frame, of: topic))
    if pending.isTooLong { response.close() }
  }

  private func sendPending() {
    for (topic, frame) in pending.take() {
      if response.isDrained { write(frame, of: topic) } else { wait(frame, topic) }
    }
  }

  /// Keeps proxies from closing an idle stream, finds clients that have gone without a word, and lets a page notice that
  /// its line has died: a comment would not reach it.
  private func sendHeartbeat() {
    if response.isDrained { write(Self.heartbeat) }
  }

  /// Changes no signal.
  private static let heartbeat = Frame(Payload(ServerSentEvent(PatchSignals([:])).bytes))

  /// Tells a client when to return to a server that stops: each at another time, so that not all come at once.
  private func sayWhenToReturn() {
    let milliseconds = Int.random(in: Self.returnTimes)
    write(Frame(Payload(Array("retry: \(milliseconds)\n\n".utf8))))
  }

  private func leave() {
    leaveStep()
    for topic in topics { outlet.remove(self, from: topic) }
    (topics, pending) = ([], PendingFrames())
    guard let connection else { return }
    self.connection = nil
    (manager ?? (try? PubSub.manager))?.remove(connection.id)
  }
}

// MARK: - In step with others

extension EventStream {
  /// Goes on together with others that have been sent the same last.
  func join(_ cohort: Cohort) {
    cohort.add(response)
    if let common = cohort.gzip { gzip?.join(common) }
    self.cohort = cohort
  }

  /// Goes on alone; the stream remembers by itself again what it has been sent.
  private func leaveStep() {
    guard let cohort else { return }
    self.cohort = nil
    cohort.remove(response)
    if let common = cohort.gzip { gzip?.leave(common) }
    if let version = cohort.version { _ = sent.advance(to: version, of: cohort.topic) }
    outlet.audience(of: cohort.topic)?.add(self)
  }
}
