import DatastarLocking
import DatastarPubSub
import Testing

/// What every backend has to do, whatever carries its payloads. A backend's suite runs each check against its own.
public struct BackendContract: Sendable {
  private let makeBackend: @Sendable () async throws -> any Backend

  /// - Parameter makeBackend: makes a backend that is ready to publish; called anew for each check.
  public init(_ makeBackend: @escaping @Sendable () async throws -> any Backend) {
    self.makeBackend = makeBackend
  }

  /// One thing that a backend has to do.
  public struct Check: Sendable, CustomTestStringConvertible {
    /// What it is, in words.
    public let testDescription: String
    /// Sees whether it is so.
    public let run: @Sendable (BackendContract) async throws -> Void
  }

  /// All of them.
  public static let checks = [
    Check(testDescription: "every subscription of the topic gets the payload, byte for byte, and no other topic's") {
      try await $0.everySubscriptionOfTheTopicGetsThePayload()
    },
    Check(testDescription: "payloads arrive in publish order") { try await $0.payloadsArriveInPublishOrder() },
    Check(testDescription: "publishers on many threads lose nothing") {
      try await $0.publishersOnManyThreadsLoseNothing()
    },
    Check(testDescription: "an ended subscription gets nothing, and ending it twice is no error") {
      try await $0.anEndedSubscriptionGetsNothing()
    },
    Check(testDescription: "publishing to a topic without subscriptions is no error") {
      try await $0.aTopicWithoutSubscriptionsIsNoError()
    },
    Check(testDescription: "a receiver may publish, subscribe and unsubscribe") {
      try await $0.aReceiverMayPublishSubscribeAndUnsubscribe()
    },
    Check(testDescription: "a closed backend refuses with an error") { try await $0.aClosedBackendRefuses() },
  ]

  /// Collects what arrives and lets a test wait for a number of payloads.
  private final class Received: Sendable {
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

  private static let milk = Payload(Array("event: milk\r\n\0ä\n\n".utf8), version: .init(revision: 7, sequence: 2))
  private static let tea = Payload(Array("tea".utf8))

  private func everySubscriptionOfTheTopicGetsThePayload() async throws {
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

  private func payloadsArriveInPublishOrder() async throws {
    let backend = try await makeBackend()
    let received = Received()
    _ = try backend.subscribe(to: "a", received.add)
    let payloads = (0..<500).map { Payload(Array("\($0)".utf8)) }
    for payload in payloads { try backend.publish(payload, to: "a") }
    #expect(await received.first(500) == payloads)
    backend.close()
  }

  private func publishersOnManyThreadsLoseNothing() async throws {
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

  private func anEndedSubscriptionGetsNothing() async throws {
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

  private func aTopicWithoutSubscriptionsIsNoError() async throws {
    let backend = try await makeBackend()
    try backend.publish(Self.milk, to: "nobody")
    backend.close()
  }

  private func aReceiverMayPublishSubscribeAndUnsubscribe() async throws {
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

  private func aClosedBackendRefuses() async throws {
    let backend = try await makeBackend()
    backend.close()
    backend.close()
    #expect(throws: PubSubError.closed) { try backend.publish(Self.milk, to: "a") }
    #expect(throws: PubSubError.closed) { _ = try backend.subscribe(to: "a") { _ in } }
  }
}
