import DatastarPubSub
import Todos

/// How many have a list open at the other servers, as they say.
///
/// They say it in one line each: who they are, how many, and `?` where they want to be told the same.
struct Headcount {
  /// What one server says.
  struct Word {
    let server: String
    let count: Int
    let asks: Bool

    init(server: String, count: Int, asks: Bool) {
      (self.server, self.count, self.asks) = (server, count, asks)
    }

    /// Reads a line; nil for anything else.
    init?(_ payload: Payload) {
      let words = String(decoding: payload.bytes, as: UTF8.self).split(separator: " ")
      guard words.count >= 2, let count = Int(words[1]), count >= 0 else { return nil }
      self.init(server: String(words[0]), count: count, asks: words.dropFirst(2) == ["?"])
    }

    var payload: Payload { Payload(Array("\(server) \(count)\(asks ? " ?" : "")".utf8)) }
  }

  private var others: [String: (count: Int, heard: ContinuousClock.Instant)] = [:]

  /// After so long without a word, a server is taken to be gone.
  private static let memory = Duration.seconds(30)
  /// Each server is to say its number this often.
  static let interval = Duration.seconds(10)

  /// How many there are at all others together.
  var total: Int { others.values.reduce(0) { $0 + $1.count } }

  /// Answers whether the number is another one than before.
  mutating func hear(_ word: Word, at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others[word.server]?.count ?? 0
    others[word.server] = word.count == 0 ? nil : (word.count, now)
    return word.count != before
  }

  /// Forgets those who have not been heard for long; answers whether there were any.
  mutating func forget(at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others.count
    others = others.filter { $0.value.heard > now - Self.memory }
    return others.count < before
  }
}
