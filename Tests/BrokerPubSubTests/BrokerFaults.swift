import DatastarPubSub
import Testing

/// What has to hold of every broker that is killed, silent, slow or otherwise not as it should be.
struct BrokerFaults: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Sees whether it is so, with brokers of one kind.
  let run: @Sendable (any BrokerServer.Type) async throws -> Void

  static let all = [
    BrokerFaults(
      testDescription: "without it a process serves itself and says why once; when it comes, the topics are told"
    ) { try await absent($0) },
    BrokerFaults(
      testDescription: "after it has been killed and started again, all goes on, and each outage is reported once"
    ) { try await killed($0) },
    BrokerFaults(
      testDescription: "one that says nothing is given up, and comes back; nobody waits for it meanwhile"
    ) { try await silent($0) },
    BrokerFaults(testDescription: "one that answers late loses nothing and is no outage") { try await slow($0) },
    BrokerFaults(testDescription: "a wrong password is reported once, with the broker's reason") {
      try await wrongPassword($0)
    },
    BrokerFaults(testDescription: "a state that is too large goes as its version, and a message not at all") {
      try await tooLarge($0)
    },
    BrokerFaults(testDescription: "ending goes well, whatever the broker does, and inside a receiver") {
      try await ends($0)
    },
  ]

  private static func absent(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    broker.kill()
    let client = try broker.client()
    _ = try client.backend.subscribe(to: "own") { _ in }
    try await until { !client.failures.isEmpty }
    for count in 0..<100 { try client.publish("\(count)", to: "sent") }
    #expect(!client.isUp && client.gapCount(of: "own") == 0 && client.gapCount(of: "sent") == 0)
    try await broker.start()
    try await until { client.gapCount(of: "own") == 1 && client.gapCount(of: "sent") == 1 }
    #expect(client.isUp && client.failures.count == 1)
    #expect(client.failures.first?.contains("\(broker.title) cannot be had") == true, "\(client.failures)")
    #expect(client.backend.status?.keptBack == 100)
  }

  private static func killed(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    for outage in 1...3 {
      broker.kill()
      try await until { !one.isUp && !two.isUp }
      try one.publish("lost at the other \(outage)", to: "a")
      #expect(one.texts.last == "lost at the other \(outage)")
      try await broker.start()
      // The first was for subscribing.
      try await until { one.isUp && one.gapCount(of: "a") > outage && two.gapCount(of: "a") > outage }
      try one.publish("after \(outage)", to: "a")
      try await until { two.texts.last == "after \(outage)" }
      #expect(one.failures.count == outage && two.failures.count == outage)
    }
    #expect(two.texts == ["after 1", "after 2", "after 3"])
  }

  private static func silent(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    broker.pause()
    // More than may wait for it.
    let large = String(repeating: "x", count: 1_000_000)
    for revision in 0..<20 as Range<Int64> { try one.publish(large, to: "a", revision: revision) }
    #expect(one.payloads.count == 20)
    try await until { !one.isUp && !two.isUp }
    broker.resume()
    try await until { one.isUp && two.isUp && one.gapCount(of: "a") > 1 && two.gapCount(of: "a") > 1 }
    try one.publish("the end", to: "a")
    try await until { two.texts.last == "the end" }
  }

  private static func slow(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    let texts = (0..<2_000).map { "\($0) " + String(repeating: "x", count: 500) }
    for (number, text) in texts.enumerated() {
      // It works between two stops, of a hundredth of what is taken for silence.
      if number % 200 == 0 {
        broker.pause()
        try await Task.sleep(for: .milliseconds(20))
        broker.resume()
      }
      try one.publish(text, to: "a")
    }
    try await until { two.texts.last == texts.last }
    #expect(one.failures + two.failures == [])
    #expect(two.texts.count == texts.count && two.texts == texts)
  }

  private static func wrongPassword(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (stranger, friend) = (try broker.client(hasPassword: false), try broker.client())
    try await until { !stranger.failures.isEmpty && friend.isUp }
    #expect(stranger.failures.first?.contains(kind.refusal) == true, "\(stranger.failures)")
    #expect(stranger.failures.first?.contains("wrong") == false, "\(stranger.failures)")
    try stranger.publish("not for others", to: "a")
    try await friend.subscribe(to: "a")
    #expect(stranger.failures.count == 1 && !stranger.isUp && friend.payloads.isEmpty)
  }

  private static func tooLarge(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    let large = String(repeating: "x", count: kind.tooMany ?? 3_000_000)
    try one.publish(large, to: "a", revision: 7)
    try one.publish(large, to: "a")
    try one.publish("small", to: "a")
    try await until { two.texts.last == "small" }
    #expect(one.texts == [large, large, "small"])
    if kind.tooMany == nil {
      #expect(two.texts == one.texts && one.failures.isEmpty)
    } else {
      #expect(two.texts == ["small"] && two.newerStates == [.init(revision: 7)] && one.newerStates.isEmpty)
      #expect(one.failures.count == 1 && one.failures.first?.contains("\(large.utf8.count) bytes is too large") == true)
      #expect(one.isUp && one.backend.status?.keptBack == 1)
    }
  }

  private static func ends(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = (try broker.client(), try broker.client())
    try await one.subscribe(to: "a")
    try await until { two.isUp }
    let last = "99"
    _ = try one.backend.subscribe(to: "a") { [backend = one.backend] payload in
      if payload.bytes == Array(last.utf8) { backend.close() }
    }
    for count in 0...99 { try two.publish("\(count)", to: "a") }
    // What was published before the end still arrives.
    two.backend.close()
    try await until { (try? one.publish("", to: "a")) == nil }
    let (three, four) = (try broker.client(), try broker.client())
    try await until { three.isUp && four.isUp }
    broker.pause()
    try three.publish("nobody reads it", to: "a")
    three.backend.close()
    broker.kill()
    try four.publish("nor this", to: "a")
    four.backend.close()
    #expect(throws: PubSubError.closed) { try four.publish("", to: "a") }
  }
}
