import DatastarLocking
import DatastarPubSub
import Testing

@Suite("PubSub: the process's own core", .serialized) struct PubSubTests {
  init() { PubSub.reset() }

  @Test("using it before it is configured is an error that says what to call")
  func notConfigured() {
    #expect(throws: PubSubError.notConfigured) { _ = try PubSub.manager }
    #expect(throws: PubSubError.notConfigured) { try PubSub.broadcast(to: "a") { _ in } }
    #expect(PubSubError.notConfigured.description.contains("PubSub.configure"))
  }

  @Test("a broadcast reaches the topic's connections as whole events")
  func broadcasting() throws {
    let seen = Locked<[String]>([])
    PubSub.configure()
    try PubSub.manager.subscribe(
      Connection { frame, topic in
        seen.withLock { $0.append("\(topic): " + String(decoding: frame.payload.bytes, as: UTF8.self)) }
        return .accepted
      }, to: "todos:a")
    try PubSub.broadcast(to: "todos:a") { sse in
      sse.patchElements("<p id=\"x\">1</p>")
      sse.patchSignals(["n": 1])
    }
    let wire = """
      event: datastar-patch-elements
      data: elements <p id="x">1</p>

      event: datastar-patch-signals
      data: signals {"n":1}


      """
    #expect(seen.withLock { $0 } == ["todos:a: " + wire])
    PubSub.reset()
  }

  @Test("a broadcast to a topic without subscribers does nothing")
  func nobody() throws {
    PubSub.configure()
    try PubSub.broadcast(to: "nobody") { $0.patchElements("<p>1</p>") }
    PubSub.reset()
  }

  @Test("callbacks tell who comes and who goes")
  func callbacks() throws {
    let events = Locked<[String]>([])
    PubSub.configure {
      $0.onSubscribe = { topic, _ in events.withLock { $0.append("+\(topic)") } }
      $0.onUnsubscribe = { topic, _ in events.withLock { $0.append("-\(topic)") } }
    }
    let connection = Connection { _, _ in .accepted }
    try PubSub.manager.subscribe(connection, to: "a")
    try PubSub.manager.remove(connection.id)
    #expect(events.withLock { $0 } == ["+a", "-a"])
    PubSub.reset()
  }
}

@Suite("Broadcaster: a failing backend") struct BroadcasterTests {
  @Test("the error is reported, the broadcast dropped, and the caller goes on")
  func failing() {
    let errors = Locked<[PubSubError]>([])
    var configuration = Configuration()
    configuration.backend = FailingBackend()
    configuration.onError = { error in errors.withLock { $0.append(error) } }
    let broadcaster = Broadcaster(configuration)
    broadcaster.broadcast(to: "a") { $0.patchElements("<p>1</p>") }
    #expect(errors.withLock { $0 } == [FailingBackend.error])
  }

  @Test("a broadcast after closing is reported as an error")
  func closed() {
    let errors = Locked<[PubSubError]>([])
    var configuration = Configuration()
    configuration.onError = { error in errors.withLock { $0.append(error) } }
    let broadcaster = Broadcaster(configuration)
    broadcaster.close()
    broadcaster.broadcast(to: "a") { _ in }
    #expect(errors.withLock { $0 } == [.closed])
  }
}
