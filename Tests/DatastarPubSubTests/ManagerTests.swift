import DatastarLocking
import DatastarPubSub
import Testing

@Suite("Manager: subscribing and unsubscribing") struct ManagerSubscribingTests {
  private let backend = CountingBackend()

  @Test("a topic's first subscriber subscribes to the backend, its last leaves it")
  func firstAndLast() throws {
    let manager = Manager(backend: backend)
    let (one, two) = (Connection { _, _ in .accepted }, Connection { _, _ in .accepted })
    try manager.subscribe(one, to: "a")
    try manager.subscribe(two, to: "a")
    #expect(backend.begun == 1)
    manager.unsubscribe(one.id, from: "a")
    #expect(backend.ended == 0)
    manager.unsubscribe(two.id, from: "a")
    #expect(backend.ended == 1)
    #expect(manager.topics.isEmpty)
  }

  @Test("subscribing twice is one subscription, and leaving twice is one leaving")
  func twice() throws {
    let events = Locked<[String]>([])
    let manager = Manager(
      backend: backend, onSubscribe: { topic, _ in events.withLock { $0.append("+\(topic)") } },
      onUnsubscribe: { topic, _ in events.withLock { $0.append("-\(topic)") } })
    let connection = Connection { _, _ in .accepted }
    try manager.subscribe(connection, to: "a")
    try manager.subscribe(connection, to: "a")
    #expect(manager.subscriberCount(of: "a") == 1)
    manager.unsubscribe(connection.id, from: "a")
    manager.unsubscribe(connection.id, from: "a")
    #expect(events.withLock { $0 } == ["+a", "-a"])
  }

  @Test("removing a connection takes it off every topic and tells each")
  func removing() throws {
    let left = Locked<Set<String>>([])
    let manager = Manager(backend: backend, onUnsubscribe: { topic, _ in left.withLock { _ = $0.insert(topic.name) } })
    let (goes, stays) = (Connection { _, _ in .accepted }, Connection { _, _ in .accepted })
    for topic in ["a", "b", "c"] as [Topic] { try manager.subscribe(goes, to: topic) }
    try manager.subscribe(stays, to: "b")
    manager.remove(goes.id)
    #expect(left.withLock { $0 } == ["a", "b", "c"])
    #expect(manager.topics == ["b"])
  }

  @Test("the outlet of a connection that somebody else takes off a topic or ends is told, and of no leaving of its own")
  func toldFromOutside() throws {
    let (manager, outlet) = (Manager(backend: backend), QueueOutlet())
    let (one, two) = (Connection(at: outlet), Connection(at: outlet))
    for connection in [one, two] {
      for topic in ["a", "b"] as [Topic] { try manager.subscribe(connection, to: topic) }
    }
    manager.unsubscribe(one.id, from: "a")
    manager.unsubscribe(one.id, from: "b")
    manager.disconnect(one.id)
    manager.disconnect(one.id)
    manager.remove(two.id)
    #expect(outlet.told == ["\(one.id) is off a", "\(one.id) is off b", "\(one.id) is to end"])
    #expect(manager.topics.isEmpty)
  }

  @Test("a sink that somebody else ends is told once, and gets nothing more")
  func disconnectedSink() throws {
    let (manager, ends) = (Manager(backend: backend), Locked(0))
    let connection = Connection { _, _ in
      Issue.record("delivered after its end"); return .accepted
    } onDisconnect: {
      ends.withLock { $0 += 1 }
    }
    try manager.subscribe(connection, to: "a")
    manager.disconnect(connection.id)
    manager.disconnect(connection.id)
    try backend.publish(Payload([1]), to: "a")
    #expect(ends.withLock { $0 } == 1)
  }

  @Test("as many as like observe joins and leaves, from when they have come on")
  func observers() throws {
    let events = Locked<[String]>([])
    @Sendable func note(_ event: String) { events.withLock { $0.append(event) } }
    let manager = Manager(backend: backend, onSubscribe: { topic, _ in note("1+\(topic)") })
    let connection = Connection { _, _ in .accepted }
    try manager.subscribe(connection, to: "a")
    manager.onSubscribe { topic, _ in note("2+\(topic)") }
    manager.onUnsubscribe { topic, _ in note("2-\(topic)") }
    manager.onUnsubscribe { topic, id in
      note("3-\(topic)")
      // An observer may call back.
      #expect(manager.subscriberCount(of: topic) == 0 && id == connection.id)
    }
    try manager.subscribe(connection, to: "b")
    manager.disconnect(connection.id)
    #expect(events.withLock { $0.prefix(3) } == ["1+a", "1+b", "2+b"])
    #expect(events.withLock { Set($0.dropFirst(3)) } == ["2-a", "3-a", "2-b", "3-b"])
  }

  @Test("a closed core takes no subscriptions, also on a topic that has some, and tells its outlets once")
  func closed() throws {
    let broadcaster = Broadcaster()
    let outlet = QueueOutlet()
    for _ in 0..<2 { try broadcaster.subscribe(Connection(at: outlet), to: "a") }
    broadcaster.close()
    #expect(outlet.told == ["closed"])
    #expect(throws: PubSubError.closed) { try broadcaster.subscribe(Connection(at: outlet), to: "a") }
  }

  @Test("a backend that refuses leaves the connection off the topic")
  func refusal() {
    let manager = Manager(backend: FailingBackend())
    #expect(throws: FailingBackend.error) { try manager.subscribe(Connection { _, _ in .accepted }, to: "a") }
    #expect(manager.subscriberCount(of: "a") == 0)
    #expect(manager.topics.isEmpty)
  }

  @Test("connections that come and go on many threads leave nothing behind")
  func manyThreads() async throws {
    let manager = Manager(backend: backend)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for number in 0..<200 {
            let connection = Connection { _, _ in .accepted }
            try manager.subscribe(connection, to: "a\(number % 3)")
            try manager.subscribe(connection, to: "b")
            manager.remove(connection.id)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(manager.topics.isEmpty)
    #expect(backend.begun == backend.ended)
  }
}

@Suite("Manager: delivering") struct ManagerDeliveringTests {
  private let backend = MemoryBackend()
  private let manager: Manager

  init() { manager = Manager(backend: backend) }

  private func text(_ frame: Frame) -> String { String(decoding: frame.payload.bytes, as: UTF8.self) }

  @Test("all connections of a topic share one frame, and other topics get nothing")
  func sharing() throws {
    let frames = Locked<[ObjectIdentifier]>([])
    for _ in 0..<3 {
      try manager.subscribe(
        Connection { frame, _ in
          frames.withLock { $0.append(ObjectIdentifier(frame)) }
          return .accepted
        }, to: "a")
    }
    try manager.subscribe(
      Connection { _, _ in
        Issue.record("wrong topic"); return .accepted
      }, to: "b")
    try backend.publish(Payload([1]), to: "a")
    #expect(frames.withLock { $0.count } == 3)
    #expect(frames.withLock { Set($0).count } == 1)
  }

  @Test("a connection that is gone is skipped and cleaned up, the others get theirs")
  func gone() throws {
    let delivered = Locked(0)
    for number in 0..<5 {
      try manager.subscribe(
        Connection { _, _ in
          if number == 2 { return .gone }
          delivered.withLock { $0 += 1 }
          return .accepted
        }, to: "a")
    }
    try backend.publish(Payload([1]), to: "a")
    #expect(delivered.withLock { $0 } == 4)
    #expect(manager.subscriberCount(of: "a") == 4)
  }

  @Test("a broadcast is handed to an outlet once, however many connections it serves, until the last has left")
  func outlets() throws {
    let outlets = [QueueOutlet(), QueueOutlet()]
    let connections = (0..<100).map { Connection(at: outlets[$0 % 2]) }
    for connection in connections { try manager.subscribe(connection, to: "a") }
    try backend.publish(Payload([1]), to: "a")
    #expect(outlets.map(\.delivered) == [1, 1])
    for connection in connections.dropFirst(2) { manager.remove(connection.id) }
    manager.remove(connections[0].id)
    try backend.publish(Payload([2]), to: "a")
    #expect(outlets.map(\.delivered) == [1, 2])
  }

  @Test("all connections of an outlet that is gone are cleaned up, and no others")
  func goneOutlet() throws {
    let (gone, here) = (GoneOutlet(), QueueOutlet())
    for number in 0..<6 {
      try manager.subscribe(number < 4 ? Connection(at: gone) : Connection(at: here), to: "a")
    }
    try backend.publish(Payload([1]), to: "a")
    #expect(manager.subscriberCount(of: "a") == 2)
    #expect(here.delivered == 1)
  }

  @Test("a payload older than what the topic has shown is not delivered")
  func neverBackwards() throws {
    let seen = Locked<[String]>([])
    try manager.subscribe(
      Connection { frame, _ in
        seen.withLock { $0.append(text(frame)) }
        return .accepted
      }, to: "a")
    for (revision, sequence, name) in [
      (5, 0, "five"), (4, 9, "four"), (5, 0, "again"), (5, 1, "five.1"), (6, 0, "six"),
    ] {
      let version = Payload.Version(revision: Int64(revision), sequence: Int64(sequence))
      try backend.publish(Payload(Array(name.utf8), version: version), to: "a")
    }
    try backend.publish(Payload(Array("no version".utf8)), to: "a")
    #expect(seen.withLock { $0 } == ["five", "five.1", "six", "no version"])
  }

  @Test("a form that the transport makes of a frame is made once")
  func forms() throws {
    let made = Locked(0)
    for _ in 0..<4 {
      try manager.subscribe(
        Connection { frame, _ in
          let form = frame.form { frame in
            made.withLock { $0 += 1 }
            return Form(bytes: frame.payload.bytes + [0])
          }
          #expect(form.bytes == [7, 0])
          return .accepted
        }, to: "a")
    }
    try backend.publish(Payload([7]), to: "a")
    #expect(made.withLock { $0 } == 1)
  }

  private final class Form: Sendable {
    let bytes: [UInt8]
    init(bytes: [UInt8]) { self.bytes = bytes }
  }

  @Test("a topic has settled when every outlet has sent what was published")
  func settling() async throws {
    let outlets = (0..<3).map { _ in QueueOutlet() }
    for outlet in outlets {
      for _ in 0..<10 { try manager.subscribe(Connection(at: outlet), to: "a") }
    }
    for round in 1...20 {
      try backend.publish(Payload([1]), to: "a")
      await manager.waitUntilSent("a")
      #expect(outlets.map(\.sent) == [round, round, round])
    }
    await manager.waitUntilSent("nobody is here")
  }
}
