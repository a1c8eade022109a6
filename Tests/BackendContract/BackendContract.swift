import DatastarPubSub
import Locking
import Testing

/// What every backend has to do, whatever carries its payloads. A backend's suite runs each of these against its own.
struct BackendContract {
  /// Makes a backend that is ready to publish; called anew for each check.
  let makeBackend: @Sendable () async throws -> any Backend

  /// Collects what arrives and lets a test wait for a number of payloads.
  final class Received: Sendable {
    private let payloads = Locked<[Payload]>([])
    private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)

    func add(_ payload: Payload) {
      payloads.withLock { $0.append(payload) }
      arrival.yield()
    }

    var all: [Payload] { payloads.withLock { $0 } }

    func first(_ count: Int) async -> [Payload] {
      var arrivals = arrivals.makeAsyncIterator()
      while all.count < count { await arrivals.next() }
      return all
    }
  }

  static let milk = Payload(Array("event: milk\r\n\0ä\n\n".utf8), version: .init(revision: 7, sequence: 2))
  static let tea = Payload(Array("tea".utf8))

  func everySubscriptionOfTheTopicGetsThePayload() async throws {
    let backend = try await makeBackend()
    let (one, two, other) = (Received(), Received(), Received())
    _ = try backend.subscribe(to: "a", one.add)
    _ = try backend.subscribe(to: "a", two.add)
    _ = try backend.subscribe(to: "b", other.add)
    try backend.publish(Self.milk, to: "a")
    try backend.publish(Self.tea, to: "b")
    #expect(await one.first(1) == [Self.milk])
    #expect(await two.first(1) == [Self.milk])
    #expect(await other.first(1) == [Self.tea])
    backend.close()
  }

  func payloadsArriveInPublishOrder() async throws {
    let backend = try await makeBackend()
    let received = Received()
    _ = try backend.subscribe(to: "a", received.add)
    let payloads = (0..<500).map { Payload(Array("\($0)".utf8)) }
    for payload in payloads { try backend.publish(payload, to: "a") }
    #expect(await received.first(500) == payloads)
    backend.close()
  }

  func publishersOnManyThreadsLoseNothing() async throws {
    let backend = try await makeBackend()
    let received = Received()
    _ = try backend.subscribe(to: "a", received.add)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for publisher in 0..<8 {
        group.addTask {
          for number in 0..<50 { try backend.publish(Payload(Array("\(publisher) \(number)".utf8)), to: "a") }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(await received.first(400).map(\.bytes)).count == 400)
    backend.close()
  }

  func anEndedSubscriptionGetsNothing() async throws {
    let backend = try await makeBackend()
    let (ended, kept) = (Received(), Received())
    let id = try backend.subscribe(to: "a", ended.add)
    _ = try backend.subscribe(to: "a", kept.add)
    backend.unsubscribe(id)
    backend.unsubscribe(id)
    try backend.publish(Self.milk, to: "a")
    #expect(await kept.first(1) == [Self.milk])
    #expect(ended.all.isEmpty)
    backend.close()
  }

  func aTopicWithoutSubscriptionsIsNoError() async throws {
    let backend = try await makeBackend()
    try backend.publish(Self.milk, to: "nobody")
    backend.close()
  }

  func aReceiverMayPublishSubscribeAndUnsubscribe() async throws {
    let backend = try await makeBackend()
    let (first, answers) = (Received(), Received())
    let id = Locked<SubscriptionID?>(nil)
    let subscription = try backend.subscribe(to: "question") { payload in
      first.add(payload)
      id.withLock { $0 }.map(backend.unsubscribe)
      _ = try? backend.subscribe(to: "answer", answers.add)
      try? backend.publish(Self.tea, to: "answer")
    }
    id.withLock { $0 = subscription }
    try backend.publish(Self.milk, to: "question")
    #expect(await answers.first(1) == [Self.tea])
    try backend.publish(Self.milk, to: "question")
    try backend.publish(Self.milk, to: "answer")
    #expect(await answers.first(2) == [Self.tea, Self.milk])
    #expect(first.all == [Self.milk])
    backend.close()
  }

  func aClosedBackendRefuses() async throws {
    let backend = try await makeBackend()
    backend.close()
    backend.close()
    #expect(throws: PubSubError.closed) { try backend.publish(Self.milk, to: "a") }
    #expect(throws: PubSubError.closed) { _ = try backend.subscribe(to: "a") { _ in } }
  }
}
