import DatastarPubSub
import Todos

/// Who has a list open at the other servers, as they say.
///
/// They say it in one line each: who they are, how many, `?` where they want to be told the same and `-` where not, and
/// which todos are being edited, as ``Editors/text`` has it.
struct Headcount {
  /// What one server says.
  struct Word {
    let server: String
    let count: Int
    let asks: Bool
    let edits: String

    init(server: String, count: Int, asks: Bool, edits: String = "") {
      (self.server, self.count, self.asks, self.edits) = (server, count, asks, edits)
    }

    /// Reads a line; nil for anything else.
    init?(_ payload: Payload) {
      let words = String(decoding: payload.bytes, as: UTF8.self).split(separator: " ", maxSplits: 3)
      guard words.count >= 2, let count = Int(words[1]), count >= 0 else { return nil }
      let edits = words.count == 4 ? String(words[3].prefix(Self.editsLimit)) : ""
      self.init(server: String(words[0]), count: count, asks: words.count > 2 && words[2] == "?", edits: edits)
    }

    /// More than a server says of those that it tells of.
    private static let editsLimit = 4_096

    var payload: Payload {
      Payload(Array("\(server) \(count) \(asks ? "?" : "-")\(edits.isEmpty ? "" : " \(edits)")".utf8))
    }
  }

  private var others: [String: (word: Word, heard: ContinuousClock.Instant)] = [:]

  /// After so long without a word, a server is taken to be gone.
  private static let memory = Duration.seconds(30)
  /// Each server is to say its number this often.
  static let interval = Duration.seconds(10)

  /// How many there are at all others together.
  var total: Int { others.values.reduce(0) { $0 + $1.word.count } }

  /// What is being edited at all others.
  var edits: [String] { others.values.map(\.word.edits).filter { !$0.isEmpty } }

  /// Returns whether a server says something else than before.
  mutating func hear(_ word: Word, at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others[word.server]?.word
    others[word.server] = word.count == 0 ? nil : (word, now)
    return word.count != before?.count ?? 0 || word.edits != before?.edits ?? ""
  }

  /// Forgets those who have not been heard for long; answers whether there were any.
  mutating func forget(at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others.count
    others = others.filter { $0.value.heard > now - Self.memory }
    return others.count < before
  }
}
