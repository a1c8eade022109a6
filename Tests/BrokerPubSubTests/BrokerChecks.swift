import DatastarPubSub
import Testing

/// What has to hold of every broker between processes, beside the contract of backends within one.
struct BrokerChecks: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Sees whether it is so, with brokers of one kind.
  let run: @Sendable (any BrokerServer.Type) async throws -> Void

  static let all = [
    BrokerChecks(testDescription: "what one process publishes arrives at the others byte for byte and in order") {
      try await others($0)
    },
    BrokerChecks(testDescription: "a state that is announced is told of to the others, and to nobody here") {
      try await announced($0)
    },
    BrokerChecks(testDescription: "the same message twice arrives twice") { try await twice($0) },
    BrokerChecks(testDescription: "publishers in many processes and threads lose nothing") { try await many($0) },
    BrokerChecks(testDescription: "topics of any text are kept apart") { try await topics($0) },
    BrokerChecks(testDescription: "subscribing and unsubscribing in any order ends as the last of each topic says") {
      try await races($0)
    },
  ]

  private static func others(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    let payloads = (0..<300 as Range<Int64>).map { number in
      // Text, and bytes that are none.
      let bytes: [UInt8] = number % 2 == 0 ? Array("data: \"ä\\\n".utf8) : [0, 10, 13, 255]
      return Payload(bytes + Array("\(number)".utf8), version: .init(revision: number))
    }
    for payload in payloads { try one.backend.publish(payload, to: "a") }
    let delta = Payload(Array("delta".utf8), from: .init(revision: 299), to: .init(revision: 300, sequence: 2))
    try one.backend.publish(delta, to: "a")
    try await until { two.payloads.count == 301 }
    try two.publish("the end", to: "a")
    try await until { one.texts.last == "the end" }
    #expect(two.payloads == payloads + [delta, Payload(Array("the end".utf8))])
    #expect(one.payloads == two.payloads)
    #expect(one.backend.status?.received == 1 && two.backend.status?.received == 301)
  }

  private static func announced(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    try one.publish("before", to: "a")
    #expect(try one.backend.announce(.init(revision: 7, sequence: 1), of: "a"))
    try one.publish("after", to: "a")
    try await until { two.texts == ["before", "after"] }
    #expect(two.newerStates == [.init(revision: 7, sequence: 1)])
    #expect(one.newerStates.isEmpty && one.texts == two.texts)
    try await until { one.backend.status?.published == 3 }
    one.backend.close()
    #expect(throws: PubSubError.closed) { try one.backend.announce(.init(revision: 8), of: "a") }
  }

  private static func twice(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = try await broker.pair()
    for text in ["ping", "ping", "ping", "the end"] { try one.publish(text, to: "a") }
    try await until { two.texts.last == "the end" }
    #expect(two.texts == ["ping", "ping", "ping", "the end"])
  }

  private static func many(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let reader = try broker.client()
    try await reader.subscribe(to: "a")
    let writers = try (0..<3).map { _ in try broker.client() }
    try await until { writers.allSatisfy(\.isUp) }
    try await withThrowingTaskGroup { group in
      for (number, writer) in writers.enumerated() {
        for thread in 0..<3 {
          group.addTask { for count in 0..<100 { try writer.publish("\(number) \(thread) \(count)", to: "a") } }
        }
      }
      try await group.waitForAll()
    }
    try await until { Set(reader.texts).count == 900 }
    #expect(reader.texts.count == 900)
  }

  private static func topics(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let names = [
      "a", "A", "", "*", ">", "a.b", "a*", "a b", "a\"b", "a;b", "ä", "a\n", "#", String(repeating: "x", count: 300),
      String(repeating: "x", count: 301), "todos:groceries",
    ]
    let (one, two) = (try broker.client(), try broker.client())
    try await until { two.isUp }
    for name in names { try await one.subscribe(to: Topic(name)) }
    for name in names + ["b", "a.", "x"] { try two.publish(name, to: Topic(name)) }
    try await until { one.payloads.count >= names.count }
    try two.publish("the end", to: "a")
    try await until { one.texts.contains("the end") }
    // Between topics there is no order.
    #expect(one.texts.sorted() == (names + ["the end"]).sorted())
  }

  private static func races(_ kind: any BrokerServer.Type) async throws {
    let broker = try await kind.started()
    let (one, two) = (try broker.client(), try broker.client())
    try await until { one.isUp && two.isUp }
    let topics = (0..<20).map { Topic("\($0)") }
    await withTaskGroup { group in
      for topic in topics {
        group.addTask {
          for _ in 0..<20 {
            guard let id = try? one.backend.subscribe(to: topic, { _ in }) else { return }
            one.backend.unsubscribe(id)
          }
        }
      }
    }
    // What was asked for before has been done when this has.
    try await one.subscribe(to: "later")
    for topic in topics.prefix(10) { try await one.subscribe(to: topic) }
    for topic in topics { try two.publish(topic.name, to: topic) }
    try await until { one.payloads.count == 10 }
    try two.publish("the end", to: topics[0])
    try await until { one.texts.contains("the end") }
    #expect(one.texts.sorted() == (topics.prefix(10).map(\.name) + ["the end"]).sorted())
    // Of the others nothing came here.
    #expect(one.backend.status?.received == 11)
  }
}
