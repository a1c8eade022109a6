import Datastar
import DatastarPubSub
import HTMLTemplate
import Synchronization

/// What somebody has said.
struct Line {
  let name: String
  let text: String

  /// The line as an element of the room's list.
  func html(_ number: Int64) -> String {
    "<li id=\"line-\(number)\"><b>\(HTML(escaping: name))</b> \(HTML(escaping: text))</li>"
  }
}

/// The latest lines of a room; the last one's number is the version that its page shows.
struct Lines {
  private var latest: [Line] = []
  private(set) var count: Int64 = 0
  private static let limit = 100

  /// All that are kept, as the room's list.
  var html: String {
    let first = count - Int64(latest.count) + 1
    return "<ol id=\"lines\">\(latest.enumerated().map { $1.html(first + Int64($0)) }.joined())</ol>"
  }

  /// What shows the room to somebody who has seen nothing, or too little.
  var snapshot: Payload {
    Payload(version: .init(revision: count)) { $0.patchElements(html, eventID: EventID(count)) }
  }

  /// Adds a line. Returns what adds it to pages that show all lines before it.
  mutating func add(_ line: Line) -> Payload {
    latest = latest.suffix(Self.limit - 1) + [line]
    count += 1
    return Payload(from: .init(revision: count - 1), to: .init(revision: count)) { sse in
      sse.patchElements(line.html(count), selector: "#lines", mode: .append, eventID: EventID(count))
    }
  }
}

/// The lines of all rooms, by their topics.
final class Rooms: Sendable {
  private let lines = Mutex<[Topic: Lines]>([:])

  func lines(on topic: Topic) -> Lines { lines.withLock { $0[topic] ?? Lines() } }

  func add(_ line: Line, on topic: Topic) -> Payload { lines.withLock { $0[topic, default: Lines()].add(line) } }
}
