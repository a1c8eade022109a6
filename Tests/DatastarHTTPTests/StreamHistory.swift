import Locking
import TestSupport
import Testing

/// All states that a topic has had, to compare with what its streams are sent.
final class StreamHistory: Sendable {
  /// The last state.
  static let end = "<p>the end</p>"

  private let states = Locked<[String: String]>([:])
  private let done: AsyncStream<Void>
  private let isDone: AsyncStream<Void>.Continuation

  init() {
    (done, isDone) = AsyncStream.makeStream(of: Void.self)
  }

  /// Notes a state before it is published.
  func note(_ state: String, _ revision: Int64) {
    states.withLock { $0["\(revision)"] = state }
  }

  /// Waits until so many readers have come to the last state, or have left.
  func waitUntilDone(_ count: Int) async {
    var missing = count
    for await _ in done {
      missing -= 1
      if missing == 0 { return }
    }
  }

  /// Reads a stream to its end, or so many events of it, and compares each with what was published.
  func check(_ reader: EventReader, isSlow: Bool, leavesAfter limit: Int) async throws {
    var (count, revision, hasEnd) = (0, 0, false)
    defer { if !hasEnd { isDone.yield() } }
    do {
      while count < limit, let event = try await reader.next() {
        count += 1
        if isSlow && count < 10 { try await Task.sleep(for: .milliseconds(20)) }
        guard let id = event.id else {
          #expect(event.data.hasPrefix("signals {"))
          continue
        }
        let next = try #require(Int(id))
        #expect(next > revision)
        revision = next
        let isWhole = states.withLock { $0[id].map { "elements " + $0 } } == event.data
        #expect(isWhole, "the frame \(id) is damaged")
        if event.data.hasSuffix(Self.end) {
          hasEnd = true
          isDone.yield()
        }
      }
      #expect(hasEnd || limit != .max, "a stream ended before the last state")
    } catch ClientConnection.Failure.ended where isSlow {
      // Given up, because messages that do not replace each other had piled up.
    }
  }
}
