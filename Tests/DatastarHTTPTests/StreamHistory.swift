import DatastarLocking
import DatastarPubSub
import Testing
import TodoTestSupport

/// All that two topics have been sent, to compare with what their streams are sent: a list's states, by their revision,
/// and how many see it, by a number in the text.
final class StreamHistory: Sendable {
  private let payloads = Locked<Set<String>>([])
  private let done: AsyncStream<Void>
  private let isDone: AsyncStream<Void>.Continuation

  init() {
    (done, isDone) = AsyncStream.makeStream(of: Void.self)
  }

  /// Notes an event's data before it is published.
  func note(_ data: String, id: Int64?) {
    payloads.withLock { _ = $0.insert("\(id ?? 0) \(data)") }
  }

  /// Waits until so many readers have come to the last state, or have left.
  func waitUntilDone(_ count: Int) async {
    var missing = count
    for await _ in done {
      missing -= 1
      if missing == 0 { return }
    }
  }

  /// How a client reads.
  struct Client: Sendable {
    /// Whether it takes in little at first.
    var isSlow = false
    /// After how many events it leaves; nil for never.
    var leavesAfter: Int?
  }

  /// Reads a stream to its end, and compares each event with what was published. Ends at `last`.
  func check(_ reader: EventReader, _ client: Client, last: Int64) async throws {
    var (count, revision, people, hasLast) = (0, -1 as Int64, 0, false)
    defer { if !hasLast { isDone.yield() } }
    do {
      while count != client.leavesAfter, let event = try await reader.next() {
        count += 1
        if client.isSlow, count < 10 { try await Task.sleep(for: .milliseconds(20)) }
        if event.data.hasPrefix("signals") { continue }
        let id = event.id.flatMap { Int64($0) }
        let isWhole = payloads.withLock { $0.contains("\(id ?? 0) \(event.data)") }
        #expect(isWhole, "an event was damaged: \(event.id ?? "-") \(event.data.prefix(200))")
        if let id {
          #expect(id > revision)
          revision = id
        } else {
          let number = try #require(event.data.split(separator: " ").dropFirst(2).first.flatMap { Int($0) })
          #expect(number > people)
          people = number
        }
        if revision == last, !hasLast {
          hasLast = true
          isDone.yield()
        }
      }
      #expect(hasLast || client.leavesAfter != nil, "a stream ended before the last state")
    } catch ClientConnection.Failure.ended where client.isSlow {
      // Given up, because messages that do not replace each other had piled up.
    } catch is EventReader.Incomplete where client.isSlow {
      // The same of HTTP/1.0.
    }
  }
}
