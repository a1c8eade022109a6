import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Testing
import TodoTestSupport

@Suite("EventStream: an application that says too little", .timeLimit(.minutes(1))) struct StaleAnswerTests {
  enum Answer: CaseIterable {
    case nothing, older, failure
  }

  private struct Failure: Error, CustomStringConvertible {
    let description = "the database has gone"
  }

  /// A topic whose state is published, and whose application answers as said until it is mended.
  private final class Story: Sendable {
    let asked = Locked(0)
    let isMended = Locked(false)
    let reported = Locked(0)
    let reports: AsyncStream<PubSubError>
    let broadcaster: Broadcaster

    init(_ answer: Answer) {
      let (reports, report) = AsyncStream.makeStream(of: PubSubError.self)
      self.reports = reports
      var configuration = Configuration()
      configuration.onError = { [reported] error in
        reported.withLock { $0 += 1 }
        report.yield(error)
      }
      configuration.catchUp = { [asked, isMended] _, version in
        asked.withLock { $0 += 1 }
        if isMended.withLock({ $0 }) { return Self.state(104) }
        switch answer {
        case .nothing: return nil
        case .failure where version != nil: throw Failure()
        case .older, .failure: return Self.state(15)
        }
      }
      broadcaster = Broadcaster(configuration)
    }

    private static func state(_ revision: Int64) -> Payload {
      Payload(version: .init(revision: revision)) { $0.patchElements("<p>\(revision)</p>") }
    }

    func publish(deltaTo revision: Int64) {
      broadcaster.broadcast(to: "a", from: .init(revision: revision - 1), version: .init(revision: revision)) {
        $0.patchElements("<p>delta</p>")
      }
    }
  }

  @Test(
    "it is asked again after pauses and reported once, and who waits is sent the state when it says it",
    arguments: Answer.allCases)
  func saysTooLittle(answer: Answer) async throws {
    let story = Story(answer)
    try await withStreams(of: story.broadcaster) { stream in
      try await stream.subscribe("a", after: nil)
      await stream.send { $0.patchSignals(["ready": true]) }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      #expect(try await reader.next(containing: "ready") != nil)
      for revision in 101...103 as ClosedRange<Int64> {
        let before = story.asked.withLock { $0 }
        story.publish(deltaTo: revision)
        while story.asked.withLock({ $0 }) == before { await Task.yield() }
      }
      let report = try #require(await story.reports.first { _ in true })
      let reason = answer == .failure ? "the database has gone" : "has been published"
      #expect(report.description.contains("on a until") && report.description.contains(reason))
      // Had it been asked without pause, it would have been asked more often than that.
      let before = story.asked.withLock { $0 }
      for number in 1...100 {
        story.broadcaster.broadcast(to: "a") { $0.patchElements("<i>\(number)</i>") }
        #expect(try await reader.next()?.data == "elements <i>\(number)</i>")
      }
      #expect(story.asked.withLock { $0 } - before < 50)
      story.isMended.withLock { $0 = true }
      story.publish(deltaTo: 104)
      #expect(try await reader.next()?.data == "elements <p>104</p>")
      #expect(story.reported.withLock { $0 } == 1)
    }
  }

  @Test("who has been broadcast a state stays when the application then fails to say it")
  func failsAfterBroadcast() async throws {
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let (released, release) = AsyncStream.makeStream(of: Void.self)
    var configuration = Configuration()
    configuration.catchUp = { _, _ in
      ask.yield()
      _ = await released.first { true }
      throw Failure()
    }
    let broadcaster = Broadcaster(configuration)
    try await withStreams(of: broadcaster) { stream in
      try await stream.subscribe("a", after: nil)
      await stream.send { $0.patchSignals(["ready": true]) }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      _ = await asked.first { true }
      broadcaster.broadcast(to: "a", version: .init(revision: 1)) { $0.patchElements("<p>1</p>") }
      #expect(try await reader.next()?.data == "elements <p>1</p>")
      release.finish()
      #expect(try await reader.next(containing: "ready") != nil)
      broadcaster.broadcast(to: "a", version: .init(revision: 2)) { $0.patchElements("<p>2</p>") }
      #expect(try await reader.next()?.data == "elements <p>2</p>")
    }
  }

  @Test("a core that is closed ends its streams, whose clients come back to another one")
  func closed() async throws {
    let broadcaster = Broadcaster()
    try await withStreams(of: broadcaster) { stream in
      try await stream.subscribe("a")
      await stream.send { $0.patchSignals(["ready": true]) }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      #expect(try await reader.next(containing: "ready") != nil)
      broadcaster.close()
      #expect(try await reader.next() == nil)
    }
    #expect(broadcaster.subscriberCount(of: "a") == 0)
  }
}
