import DatastarPubSub
import HTTPServer
import Logging

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

  /// The id of the last event that the client had before it came back, from `Last-Event-ID`. The state of that id is
  /// not sent it again.
  public let lastEventID: String?
  private let response: ResponseStream
  private let outlet: LoopOutlet
  private let manager: Manager?
  private var connection: Connection?
  private var topics: [Topic] = []
  /// The streams that this one is in step with: until it leaves them, what it has been sent is kept there.
  private var cohort: Cohort?
  /// What a compressed stream remembers; nil for a plain one.
  private var gzip: GzipStream?
  /// The newest state that has been sent of each topic, of which a stream has one or two.
  private var versions: [(topic: Topic, version: Payload.Version)] = []
  private var pending: [(topic: Topic, frame: Frame)] = []

  /// Answers a request with a stream that `body` fills.
  ///
  /// When `body` returns, a stream that has subscribed to a topic stays open, and any other is ended. An error that it
  /// throws ends the stream and is logged: the status has been sent by then. A client that takes gzip gets it.
  ///
  /// - Parameter manager: what ``subscribe(_:)`` subscribes at; `PubSub`'s where none is given.
  public static func response(
    to request: Request, manager: Manager? = nil, logger: Logger = Logger(label: "datastar"),
    _ body: @escaping @Sendable (EventStream) async throws -> Void
  ) -> Response {
    let lastEventID = request.headers["Last-Event-ID"]
    let isCompressed = AcceptEncoding.allowsGzip(request.headers)
    var headers = headers
    AcceptEncoding.describe(isGzip: isCompressed, in: &headers)
    return Response(headers: headers) { response in
      let stream = EventStream(response, manager: manager, lastEventID: lastEventID, isCompressed: isCompressed)
      do {
        try await body(stream)
        if !stream.isSubscribed { stream.end() }
      } catch {
        logger.error("a stream's handler failed", metadata: ["error": "\(error)"])
        stream.end()
      }
    }
  }

  /// What every stream is sent with: never stored, and never held back by a proxy.
  static let headers: Headers = [
    "Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
  ]

  private init(_ response: ResponseStream, manager: Manager?, lastEventID: String?, isCompressed: Bool) {
    self.response = response
    outlet = LoopOutlet.on(response.loop)
    self.manager = manager
    self.lastEventID = lastEventID
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

  /// Whether the client is there and the stream has not been ended.
  public var isOpen: Bool { response.isOpen }

  private var isSubscribed: Bool { connection != nil }

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
  /// How many payloads without a version may wait for a client before it is given up: they do not replace each other.
  private static let pendingLimit = 16
  /// Within what time clients return to a server that has stopped, in milliseconds.
  private static let returnTimes = 500...3_500

  /// Sends a frame, or has it wait where the client has to catch up.
  func deliver(_ frame: Frame, of topic: Topic) {
    leaveStep()
    guard response.isOpen else { return }
    if let version = frame.payload.version, !isNews(version, of: topic) { return }
    if response.isDrained {
      write(frame, of: topic)
    } else {
      wait(frame, topic)
    }
  }

  /// Notes that a state is sent, and answers whether the client does not have it or a newer one.
  private func isNews(_ version: Payload.Version, of topic: Topic) -> Bool {
    guard let index = versions.firstIndex(where: { $0.topic == topic }) else {
      versions.append((topic, version))
      return lastEventID == nil || version.eventID?.value != lastEventID
    }
    guard versions[index].version < version else { return false }
    versions[index].version = version
    return true
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
    guard let topic, topics.contains(topic), response.isOpen, response.isDrained, response.framing == .chunked
    else { return }
    outlet.audience(of: topic)?.bringIntoStep(self, sent: frame, isCompressed: gzip != nil)
  }

  /// Keeps a frame for when the client has caught up; a newer state of a topic takes the place of the older.
  private func wait(_ frame: Frame, _ topic: Topic) {
    if frame.payload.version != nil {
      let count = pending.count
      pending.removeAll { $0.topic == topic && $0.frame.payload.version != nil }
      outlet.statistics.conflated.add(count - pending.count)
    }
    pending.append((topic, frame))
    if pending.count > Self.pendingLimit { response.close() }
  }

  private func sendPending() {
    let frames = pending
    pending = []
    for (topic, frame) in frames {
      if response.isDrained { write(frame, of: topic) } else { wait(frame, topic) }
    }
  }

  /// A comment keeps proxies from closing an idle stream and finds clients that have gone without a word.
  private func sendHeartbeat() {
    guard response.isDrained else { return }
    response.write(gzip?.heartbeat ?? response.framing.framed(Array(":\n\n".utf8)))
    if !response.isDrained { leaveStep() }
  }

  /// Tells a client when to return to a server that stops: each at another time, so that not all come at once.
  private func sayWhenToReturn() {
    let milliseconds = Int.random(in: Self.returnTimes)
    write(Frame(Payload(Array("retry: \(milliseconds)\n\n".utf8))))
  }

  private func leave() {
    leaveStep()
    for topic in topics { outlet.remove(self, from: topic) }
    (topics, pending) = ([], [])
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
    if let version = cohort.version { _ = isNews(version, of: cohort.topic) }
    outlet.audience(of: cohort.topic)?.add(self)
  }
}
