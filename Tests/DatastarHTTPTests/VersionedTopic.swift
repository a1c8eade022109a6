import Datastar
import DatastarLocking
import DatastarPubSub
import Testing
import TodoTestSupport

/// A state that is nothing but its version, changed at random: its events say what they show and what they are for.
final class VersionedTopic: Sendable {
  private let state: Locked<(revision: Int64, random: SplitMix64)>
  /// How often it was asked for what is newer, and something was.
  let answers = Locked(0)

  init(seed: UInt64) {
    state = Locked((100, SplitMix64(seed: seed)))
  }

  var revision: Int64 { state.withLock { $0.revision } }

  /// Makes the state a later one. Returns a delta, or now and then a snapshot.
  func change() -> Payload {
    state.withLock { state in
      let from = state.revision
      state.revision += Int64.random(in: 1...3, using: &state.random)
      let isLarge = Int.random(in: 0..<3, using: &state.random) == 0
      let size = isLarge ? Int.random(in: 0..<40_000, using: &state.random) : 10
      if Int.random(in: 0..<8, using: &state.random) == 0 { return snapshot(state.revision, size: size) }
      return delta(from, state.revision, size: size)
    }
  }

  /// Makes the state its last one. Returns the delta.
  func finish(_ revision: Int64) -> Payload {
    state.withLock { state in
      defer { state.revision = revision }
      return delta(state.revision, revision, size: 10)
    }
  }

  /// What is newer than a version: a snapshot, or now and then a delta.
  func catchUp(_ topic: Topic, after version: Payload.Version?) -> Payload? {
    state.withLock { state in
      if version?.revision == state.revision { return nil }
      answers.withLock { $0 += 1 }
      guard let version, version.revision < state.revision else { return snapshot(state.revision, size: 40_000) }
      if Bool.random(using: &state.random) { return delta(version.revision, state.revision, size: 10) }
      return snapshot(state.revision, size: 40_000)
    }
  }

  private func snapshot(_ revision: Int64, size: Int) -> Payload {
    var events = EventCollector()
    events.patchElements("snapshot \(revision) \(filler(size))", eventID: EventID(revision))
    return Payload(events.bytes, version: .init(revision: revision))
  }

  private func delta(_ from: Int64, _ to: Int64, size: Int) -> Payload {
    var events = EventCollector()
    events.patchElements("delta \(from) \(to) \(filler(size))", eventID: EventID(to))
    return Payload(events.bytes, from: .init(revision: from), to: .init(revision: to))
  }

  private func filler(_ size: Int) -> String { String(repeating: "todo ", count: size / 5) }

  /// Reads a stream until it shows a version, and checks that each delta is for what was shown before it, and that no
  /// snapshot is older.
  static func follow(_ reader: EventReader, from claim: Int64?, to end: Int64, isSlow: Bool) async throws {
    var (shown, count) = (claim, 0)
    while shown != end, let event = try await reader.next() {
      count += 1
      if isSlow, count < 12 { try await Task.sleep(for: .milliseconds(20)) }
      guard event.id != nil else { continue }
      let words = event.data.split(separator: " ", maxSplits: 4)
      let numbers = words[2...].prefix(2).compactMap { Int64($0) }
      switch words[1] {
      case "delta":
        #expect(shown == numbers[0], "a delta for \(numbers[0]) came to who shows \(shown ?? -1)")
        shown = numbers[1]
      default:
        // What the state has never had is taken back.
        if let before = shown, before <= end { #expect(before < numbers[0], "\(numbers[0]) came after \(before)") }
        shown = numbers[0]
      }
    }
    #expect(shown == end, "a stream ended before the last state")
  }
}
