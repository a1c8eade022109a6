import DatastarLocking
import DatastarPubSub
import Testing
import TodoTestSupport

@Suite("TopicFrames: at random", .timeLimit(.minutes(2))) struct TopicFramesPropertyTests {
  private static let lastRevision: Int64 = 10_000

  @Test(
    "whatever is late or lost on the way, however slow, every reader ends on the newest state, by deltas for what it shows",
    arguments: [1, 2, 3] as [UInt64])
  func property(seed: UInt64) async throws {
    let (topic, random) = (VersionedTopic(seed: seed), Locked(SplitMix64(seed: seed &+ 1_000)))
    @Sendable func chance(_ count: Int) -> Int { random.withLock { Int.random(in: 0..<count, using: &$0) } }
    var configuration = Configuration()
    configuration.catchUp = topic.catchUp
    configuration.keptDeltaBytes = 20_000
    let broadcaster = Broadcaster(configuration)
    await withTaskGroup(of: Void.self) { group in
      for reader in 0..<12 {
        let claim = [nil, topic.revision, topic.revision - Int64(chance(30)), 1_000_000][chance(4)]
        group.addTask { await Self.follow(broadcaster, from: claim, isSlow: reader % 3 == 0) }
      }
      // Two servers, each with changes of its own.
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            for _ in 0..<60 {
              let payload = topic.change()
              if chance(4) == 0 { try? await Task.sleep(for: .milliseconds(chance(4))) }
              if chance(12) > 0 { broadcaster.publish(payload, to: "a") }
              if chance(6) == 0 { broadcaster.broadcast(to: "a") { $0.patchSignals(["message": 1]) } }
            }
          }
        }
      }
      broadcaster.publish(topic.finish(Self.lastRevision), to: "a")
    }
    #expect(broadcaster.topics.isEmpty)
  }

  /// Reads until the last state is shown, and checks that each delta is for what was shown before it, and that no
  /// snapshot is older.
  private static func follow(_ broadcaster: Broadcaster, from claim: Int64?, isSlow: Bool) async {
    var shown = claim
    for await frame in broadcaster.frames(of: "a", after: claim.map { .init(revision: $0) }) {
      if isSlow { try? await Task.sleep(for: .milliseconds(10)) }
      guard let version = frame.payload.version?.revision else { continue }
      if let from = frame.payload.from {
        #expect(shown == from.revision, "a delta for \(from.revision) came to who shows \(shown ?? -1)")
      } else if let before = shown, before <= lastRevision {
        #expect(before < version, "\(version) came after \(before)")
      }
      shown = version
      if version == lastRevision { break }
    }
    #expect(shown == lastRevision, "the frames ended before the last state")
  }
}
