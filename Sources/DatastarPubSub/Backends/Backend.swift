/// Carries payloads between the servers of one application. Knows topics, nothing of connections.
///
/// Conformers pass the contract suite of `DatastarPubSubTesting`.
public protocol Backend: Sendable {
  /// Publishes a payload to every current subscription of `topic`, this process's own included.
  ///
  /// Delivery is at most once, in publish order. Never waits for a subscriber. A topic without subscriptions is no
  /// error.
  ///
  /// - Throws: ``PubSubError/closed`` after ``close()``; ``PubSubError/backend(_:)`` where the payload cannot be sent.
  func publish(_ payload: Payload, to topic: Topic) throws(PubSubError)

  /// Tells other processes of a state without sending it: they are to do as ``onNewerState(_:)`` says.
  ///
  /// - Returns: whether they are told; false where the state has to be published.
  /// - Throws: ``PubSubError/closed`` after ``close()``.
  func announce(_ version: Payload.Version, of topic: Topic) throws(PubSubError) -> Bool

  /// Calls `receive` for every payload that is published to `topic` from now on.
  ///
  /// The calls come one at a time, in publish order, on any thread, never inside this call and never while the backend
  /// holds a lock; they may publish, subscribe and unsubscribe.
  ///
  /// - Throws: ``PubSubError/closed`` after ``close()``.
  func subscribe(
    to topic: Topic, _ receive: @escaping @Sendable (Payload) -> Void
  ) throws(PubSubError) -> SubscriptionID

  /// Ends a subscription; an unknown or ended one is no error. A call of its closure that is under way may finish.
  func unsubscribe(_ id: SubscriptionID)

  /// Calls `report` with the cause whenever the backend fails on its own: once when it loses its server.
  func onError(_ report: @escaping @Sendable (PubSubError) -> Void)

  /// Calls `report` when other processes are reached, for the first time or again.
  func onRecovery(_ report: @escaping @Sendable () -> Void)

  /// Calls `act` with a topic whenever payloads of it may have been missed, by this process's subscriptions or by
  /// others', and can be delivered again: whoever shows a state on it has to publish that anew.
  ///
  /// Can be called several times; each closure is called, never inside another call and never while a lock is held.
  func onMissedUpdates(_ act: @escaping @Sendable (Topic) -> Void)

  /// Calls `act` with a topic and a version whenever another process has published a state that was too large to be
  /// sent, or announced one: whoever shows the topic at an older version has to ask the application for it.
  ///
  /// Can be called several times; each closure is called, never inside another call and never while a lock is held.
  func onNewerState(_ act: @escaping @Sendable (Topic, Payload.Version) -> Void)

  /// How it stands with other processes; nil for a backend that reaches none.
  var status: BackendStatus? { get }

  /// Ends every subscription and gives up what the backend holds. Closing twice is no error.
  func close()
}

// What a backend within one process needs: nothing outside could fail.
extension Backend {
  /// Tells nobody.
  public func announce(_ version: Payload.Version, of topic: Topic) throws(PubSubError) -> Bool { false }

  /// Never reports.
  public func onError(_ report: @escaping @Sendable (PubSubError) -> Void) {}

  /// Never reports.
  public func onRecovery(_ report: @escaping @Sendable () -> Void) {}

  /// Never has a gap.
  public func onMissedUpdates(_ act: @escaping @Sendable (Topic) -> Void) {}

  /// Sends every state whole.
  public func onNewerState(_ act: @escaping @Sendable (Topic, Payload.Version) -> Void) {}

  /// Reaches no other process.
  public var status: BackendStatus? { nil }
}

/// How it stands with the processes that a backend joins.
public struct BackendStatus: Sendable {
  /// Why they cannot be reached now; nil while they can.
  public let failure: String?
  /// How many payloads have been sent to them.
  public let published: Int
  /// How many have come from them.
  public let received: Int
  /// How many could not be sent when they were published.
  public let keptBack: Int

  /// Puts the figures together.
  public init(failure: String?, published: Int, received: Int, keptBack: Int) {
    (self.failure, self.published, self.received, self.keptBack) = (failure, published, received, keptBack)
  }
}

/// Names one subscription of a backend; never used twice in a process.
public struct SubscriptionID: Hashable, Sendable {
  private let number: UInt64

  /// Creates a new name from a counter of the backend.
  public init(_ number: UInt64) { self.number = number }
}

/// What can go wrong between publishing and delivery.
public enum PubSubError: Error, Equatable, CustomStringConvertible {
  /// `PubSub` was used before it was configured.
  case notConfigured
  /// A stream was to subscribe that no pub/sub core has made.
  case streamWithoutTopics
  /// The backend has been closed.
  case closed
  /// The application could not say what is newer on a topic, or what it said leads to an older state than has been
  /// published: whoever is behind there waits.
  case catchUp(_ topic: Topic, reason: String)
  /// The backend could not do what it was asked to.
  case backend(_ reason: String)

  /// One line: what happened and what to do.
  public var description: String {
    switch self {
    case .notConfigured: "PubSub is not configured: call PubSub.configure { … } before subscribing or broadcasting"
    case .streamWithoutTopics:
      "the stream knows no topics: make it by PubSub.stream(request) or broadcaster.stream(request)"
    case .closed: "the pub/sub backend has been closed"
    case .catchUp(let topic, let reason): "nobody can be caught up on \(topic) until it answers again: \(reason)"
    case .backend(let reason): reason
    }
  }
}
