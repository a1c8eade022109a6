import DatastarPubSub
import TodoStorage

/// Who has a list open at the other servers, as they say.
///
/// They say it in one line each: who they are, how many, `?` where they want to be told the same and `-` where not, some
/// of the browsers, with a comma between two or `-` for none, and which todos are being edited, as ``Editors/text`` has
/// it.
struct Headcount {
  /// What one server says.
  struct Announcement {
    let server: String
    let count: Int
    let asks: Bool
    /// Those of the count that are told of, so that nobody counts them twice, by the digests of their ids.
    let browsers: [UInt64]
    let edits: String

    init(server: String, count: Int, asks: Bool, browsers: [UInt64] = [], edits: String = "") {
      (self.server, self.count, self.asks, self.browsers, self.edits) = (server, count, asks, browsers, edits)
    }

    /// Reads a line; nil for anything else.
    init?(_ payload: Payload) {
      let words = String(decoding: payload.bytes, as: UTF8.self).split(separator: " ", maxSplits: 4)
      guard words.count >= 2, let count = Int(words[1]), (0...Self.countLimit).contains(count) else { return nil }
      let browsers = words.count > 3 ? words[3].split(separator: ",", maxSplits: Self.browserLimit) : []
      self.init(
        server: String(words[0]), count: count, asks: words.count > 2 && words[2] == "?",
        browsers: browsers.prefix(Self.browserLimit).compactMap { UInt64($0, radix: 36) },
        edits: words.count > 4 ? String(words[4].prefix(Self.editsLimit)) : "")
    }

    /// More than are ever at one server, and few enough that those of many can be added.
    private static let countLimit = 1 << 32
    /// More than a server says of those that it tells of.
    private static let editsLimit = 4_096
    /// The most browsers that are told of.
    static let browserLimit = 256

    /// Returns the browsers of these that are told of. The others are counted at every server that they are at; that all
    /// servers choose alike leaves as few of these as there can be.
    static func told(of browsers: [UInt64]) -> [UInt64] { Array(browsers.sorted().prefix(browserLimit)) }

    var payload: Payload {
      let browsers = browsers.isEmpty ? "-" : browsers.map { String($0, radix: 36) }.joined(separator: ",")
      return Payload(
        Array("\(server) \(count) \(asks ? "?" : "-") \(browsers)\(edits.isEmpty ? "" : " \(edits)")".utf8))
    }
  }

  private var others: [String: (announcement: Announcement, heard: ContinuousClock.Instant)] = [:]

  /// After so long without an announcement, a server is taken to be gone.
  private static let memory = Duration.seconds(30)
  /// Each server is to say its number this often.
  static let interval = Duration.seconds(10)

  /// How many there are at all others together who are not here as well.
  func count(without own: Visitors) -> Int {
    let told = others.values.map { Set($0.announcement.browsers) }
    let nameless = zip(others.values, told).reduce(0) { $0 + max($1.0.announcement.count - $1.1.count, 0) }
    let browsers = told.reduce(into: Set()) { $0.formUnion($1) }
    return nameless + browsers.count { !own.browsers.contains($0) }
  }

  /// What is being edited at all others.
  var edits: [String] { others.values.map(\.announcement.edits).filter { !$0.isEmpty } }

  /// Returns whether a server says something else than before.
  mutating func hear(_ announcement: Announcement, at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others[announcement.server]?.announcement
    others[announcement.server] = announcement.count == 0 ? nil : (announcement, now)
    return announcement.count != before?.count ?? 0 || announcement.edits != before?.edits ?? ""
      || announcement.browsers != before?.browsers ?? []
  }

  /// Forgets those who have not been heard for long; answers whether there were any.
  mutating func forget(at now: ContinuousClock.Instant = .now) -> Bool {
    let before = others.count
    others = others.filter { $0.value.heard > now - Self.memory }
    return others.count < before
  }
}
