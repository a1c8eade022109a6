import DatastarPubSub

/// What a broker has been asked to do, in its order, for connections that do it in batches: what comes while one batch is
/// under way waits for the next, so that a round trip serves all of it.
struct BrokerSteps {
  enum Step: Sendable {
    case subscribe(Topic)
    case unsubscribe(Topic)
    case publish([UInt8], Topic)

    var isPublishing: Bool {
      if case .publish = self { true } else { false }
    }

    fileprivate var size: Int {
      if case .publish(let message, _) = self { message.count } else { 0 }
    }
  }

  private typealias Entry = (step: Step, done: (Bool) -> Void)

  private let report: (BrokerEvent) -> Void
  private var waiting: [Entry] = []
  private var underWay: [Entry] = []
  private var onEmpty: (() -> Void)?

  /// Bounds a batch: a slow broker is to answer now and then.
  private static let countLimit = 500
  private static let sizeLimit = 64 * 1024

  /// - Parameter report: told of subscriptions that have taken hold.
  init(_ report: @escaping (BrokerEvent) -> Void) { self.report = report }

  /// - Parameter done: called once, with whether the step has been done.
  mutating func add(_ step: Step, _ done: @escaping (Bool) -> Void = { _ in }) { waiting.append((step, done)) }

  /// Whether something waits for the next batch.
  var hasMore: Bool { !waiting.isEmpty }

  /// Begins the next batch; nil where one is under way or nothing waits.
  ///
  /// - Parameter fits: whether a step can be in one batch with the first one.
  mutating func next(where fits: (_ first: Step, Step) -> Bool = { _, _ in true }) -> [Step]? {
    guard underWay.isEmpty, let first = waiting.first?.step else { return nil }
    var size = 0
    let batch = waiting.prefix(Self.countLimit).prefix { entry in
      size += entry.step.size
      return fits(first, entry.step) && (size <= Self.sizeLimit || size == entry.step.size)
    }
    underWay = Array(batch)
    waiting.removeFirst(batch.count)
    return underWay.map(\.step)
  }

  /// Ends the batch that is under way, and returns what is to be done then, which may come back to the steps.
  mutating func succeed() -> () -> Void {
    defer { underWay = [] }
    let isEmpty = waiting.isEmpty
    return { [report, underWay, onEmpty = isEmpty ? onEmpty.take() : nil] in
      for (step, done) in underWay {
        done(true)
        if case .subscribe(let topic) = step { report(.subscribed(topic)) }
      }
      onEmpty?()
    }
  }

  /// Gives all up, and returns what is to be done then.
  mutating func giveUp() -> () -> Void {
    defer { (waiting, underWay, onEmpty) = ([], [], nil) }
    return { [entries = underWay + waiting, onEmpty] in
      for (_, done) in entries { done(false) }
      onEmpty?()
    }
  }

  /// Calls `act` when all has been done that was asked for, or given up.
  mutating func whenEmpty(_ act: @escaping () -> Void) {
    if waiting.isEmpty && underWay.isEmpty { act() } else { onEmpty = act }
  }
}
