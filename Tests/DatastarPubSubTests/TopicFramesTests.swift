import Datastar
import DatastarLocking
import DatastarPubSub
import Testing

@Suite("TopicFrames: what a reader is given", .timeLimit(.minutes(1))) struct TopicFramesTests {
  /// A state that is its revision, and what has been asked for.
  private final class Store: Sendable {
    let revision = Locked<Int64>(1)
    let questions = Locked<[Payload.Version?]>([])
    let failures = Locked(0)

    func catchUp(_ topic: Topic, after version: Payload.Version?) throws -> Payload? {
      questions.withLock { $0.append(version) }
      let fails = failures.withLock { failures in
        defer { failures -= 1 }
        return failures > 0
      }
      if fails { throw CancellationError() }
      let newest = Payload.Version(revision: revision.withLock { $0 })
      return version == newest ? nil : Payload(Array("snapshot \(newest.revision)".utf8), version: newest)
    }
  }

  private let store = Store()
  private let broadcaster: Broadcaster

  init() {
    var configuration = Configuration()
    configuration.catchUp = store.catchUp
    (configuration.messageLimit, configuration.keptDeltaBytes) = (3, 40)
    broadcaster = Broadcaster(configuration)
  }

  private func snapshot(_ revision: Int64) {
    store.revision.withLock { $0 = revision }
    broadcaster.publish(Payload(Array("snapshot \(revision)".utf8), version: .init(revision: revision)), to: "a")
  }

  private func delta(_ revision: Int64) {
    store.revision.withLock { $0 = revision }
    let payload = Payload(
      Array("delta \(revision)".utf8), from: .init(revision: revision - 1), to: .init(revision: revision))
    broadcaster.publish(payload, to: "a")
  }

  private func message(_ number: Int) { broadcaster.publish(Payload(Array("message \(number)".utf8)), to: "a") }

  private func text(_ frame: Frame?) -> String? { frame.map { String(decoding: $0.bytes, as: UTF8.self) } }

  private func iterator(after revision: Int64? = nil) -> TopicFrames.Iterator {
    broadcaster.frames(of: "a", after: revision.map { .init(revision: $0) }).makeAsyncIterator()
  }

  @Test("the first is the newest state, for which the application is asked, then comes all that is broadcast")
  func following() async {
    var frames = iterator()
    let first = await frames.next()
    #expect(text(first) == "snapshot 1" && first?.eventID == EventID(1))
    delta(2)
    #expect(text(await frames.next()) == "delta 2")
    message(1)
    let third = await frames.next()
    #expect(text(third) == "message 1" && third?.eventID == nil)
    snapshot(3)
    #expect(text(await frames.next()) == "snapshot 3")
    #expect(store.questions.withLock { $0 } == [nil])
  }

  @Test("who shows the newest state is given nothing until there is something newer")
  func current() async {
    var frames = iterator(after: 1)
    message(1)
    #expect(text(await frames.next()) == "message 1")
    delta(2)
    #expect(text(await frames.next()) == "delta 2")
  }

  @Test("who waits is given what comes")
  func waiting() async {
    let (joins, join) = AsyncStream.makeStream(of: Void.self)
    broadcaster.onSubscribe { _, _ in join.yield() }
    let texts = Task { [broadcaster] in
      var texts: [String] = []
      for await frame in broadcaster.frames(of: "a", after: .init(revision: 1)) {
        texts.append(String(decoding: frame.bytes, as: UTF8.self))
        if texts.last?.hasSuffix(" 101") == true { break }
      }
      return texts
    }
    await joins.first { true }
    for revision in 2...101 as ClosedRange<Int64> {
      delta(revision)
      if revision % 7 == 0 { await Task.yield() }
    }
    let seen = await texts.value
    #expect(seen.allSatisfy { $0.hasPrefix("delta") || $0.hasPrefix("snapshot") })
    let revisions = seen.compactMap { Int($0.split(separator: " ")[1]) }
    #expect(revisions == revisions.sorted() && Set(revisions).count == revisions.count)
    #expect(broadcaster.topics.isEmpty)
  }

  @Test("a reader that takes its time is given the newest state, and nothing older")
  func conflation() async {
    var frames = iterator()
    for revision in 2...100 as ClosedRange<Int64> { snapshot(revision) }
    #expect(text(await frames.next()) == "snapshot 100")
    for revision in 101...200 as ClosedRange<Int64> { snapshot(revision) }
    message(1)
    #expect(text(await frames.next()) == "snapshot 200")
    #expect(text(await frames.next()) == "message 1")
  }

  @Test("a reader that is behind is given the deltas that are kept, and otherwise a snapshot")
  func catchingUp() async {
    var frames = iterator()
    #expect(text(await frames.next()) == "snapshot 1")
    for revision in 2...4 as ClosedRange<Int64> { delta(revision) }
    for revision in 2...4 { #expect(text(await frames.next()) == "delta \(revision)") }
    // More than are kept.
    for revision in 5...20 as ClosedRange<Int64> { delta(revision) }
    #expect(text(await frames.next()) == "snapshot 20")
    delta(21)
    #expect(text(await frames.next()) == "delta 21")
  }

  @Test("a state that has never been is taken back")
  func neverBeen() async {
    var frames = iterator(after: 1_000_000)
    #expect(text(await frames.next()) == "snapshot 1")
    delta(2)
    #expect(text(await frames.next()) == "delta 2")
  }

  @Test("an application that fails is asked again")
  func failing() async {
    store.failures.withLock { $0 = 1 }
    var frames = iterator()
    #expect(text(await frames.next()) == "snapshot 1")
    #expect(store.questions.withLock { $0.count } == 2)
  }

  @Test("of the messages that wait the newest are kept, and the others counted")
  func overflow() async {
    let frames = broadcaster.frames(of: "a", after: .init(revision: 1))
    var iterator = frames.makeAsyncIterator()
    for number in 1...10 { message(number) }
    for number in 8...10 { #expect(text(await iterator.next()) == "message \(number)") }
    #expect(frames.droppedMessages == 7)
  }

  @Test("a reader that hears of nothing is given heartbeats, and the next frame all the same")
  func heartbeats() async {
    var frames = broadcaster.frames(of: "a", heartbeat: .milliseconds(2)).makeAsyncIterator()
    #expect(text(await frames.next()) == "snapshot 1")
    let heartbeat = "event: datastar-patch-signals\ndata: signals {}\n\n"
    for _ in 0..<3 { #expect(text(await frames.next()) == heartbeat) }
    delta(2)
    #expect(text(await frames.next()) == "delta 2")
  }
}

@Suite("TopicFrames: the end", .timeLimit(.minutes(1))) struct TopicFramesEndTests {
  private let broadcaster = Broadcaster()
  private let joins: AsyncStream<Connection.ID>

  init() {
    let (joins, join) = AsyncStream.makeStream(of: Connection.ID.self)
    broadcaster.onSubscribe { _, connection in join.yield(connection) }
    self.joins = joins
  }

  /// Reads to the end. Returns how many frames there were.
  private func reading() -> Task<Int, Never> {
    Task { [broadcaster] in
      var count = 0
      for await _ in broadcaster.frames(of: "a") { count += 1 }
      return count
    }
  }

  @Test(
    "the frames end, and the topic is left, when the broadcaster is closed, the task cancelled, or the reader sent away",
    arguments: ["closed", "cancelled", "disconnected", "unsubscribed"])
  func end(how: String) async throws {
    let reading = reading()
    let connection = try #require(await joins.first { _ in true })
    broadcaster.broadcast(to: "a") { $0.patchElements("<p>1</p>") }
    switch how {
    case "closed": broadcaster.close()
    case "cancelled": reading.cancel()
    case "disconnected": broadcaster.disconnect(connection)
    default: broadcaster.unsubscribe(connection, from: "a")
    }
    #expect(await reading.value <= 1)
    #expect(broadcaster.topics.isEmpty)
  }

  @Test("who leaves the loop, or never begins it, has left the topic")
  func left() async throws {
    do {
      var frames = broadcaster.frames(of: "a").makeAsyncIterator()
      broadcaster.broadcast(to: "a") { $0.patchElements("<p>1</p>") }
      #expect(await frames.next() != nil)
      #expect(broadcaster.subscriberCount(of: "a") == 1)
    }
    #expect(broadcaster.topics.isEmpty)
    do { _ = broadcaster.frames(of: "a").makeAsyncIterator() }
    #expect(broadcaster.topics.isEmpty)
  }

  @Test("a backend that refuses is reported, and there are no frames")
  func refused() async {
    let errors = Locked<[PubSubError]>([])
    var configuration = Configuration()
    configuration.backend = FailingBackend()
    configuration.onError = { error in errors.withLock { $0.append(error) } }
    for await _ in Broadcaster(configuration).frames(of: "a") { Issue.record("a frame of nothing") }
    #expect(errors.withLock { $0 } == [FailingBackend.error])
  }
}
