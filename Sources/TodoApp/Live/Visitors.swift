import DatastarPubSub

/// The browsers that have a list open at this server, each counted once, whatever the number of its windows.
struct Visitors {
  /// By how many streams and other pages each is here, by its id's digest.
  private var counts: [UInt64: Int] = [:]
  /// The browser of each stream that has said which it is.
  private var streams: [Connection.ID: UInt64] = [:]

  /// The browsers that are here.
  var browsers: Dictionary<UInt64, Int>.Keys { counts.keys }
  /// How many streams are theirs.
  var streamCount: Int { streams.count }
  var isEmpty: Bool { counts.isEmpty }

  /// Notes that a stream is a browser's.
  mutating func open(_ connection: Connection.ID, by browser: UInt64) {
    guard streams.updateValue(browser, forKey: connection) == nil else { return }
    enter(browser)
  }

  /// Notes that a stream has ended, if it was a browser's.
  mutating func close(_ connection: Connection.ID) {
    if let browser = streams.removeValue(forKey: connection) { leave(browser) }
  }

  /// Counts a browser by one more of its pages.
  mutating func enter(_ browser: UInt64) { counts[browser, default: 0] += 1 }

  /// Counts a browser by one less of its pages.
  mutating func leave(_ browser: UInt64) {
    guard let count = counts[browser] else { return }
    counts[browser] = count > 1 ? count - 1 : nil
  }
}
