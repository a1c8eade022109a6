import TodoStorage

/// The browsers whose pages hold no stream and ask, each on a list. One that no longer asks has left.
struct Askers {
  /// A browser that asks what is newer on a list.
  struct Asker: Hashable {
    let list: ListName
    let browser: UInt64
  }

  /// Pages ask every second, or later on a slow line.
  static let memory = Duration.seconds(5)
  /// The most that are counted: those beyond are answered as well.
  static let limit = 10_000

  private var heard: [Asker: ContinuousClock.Instant] = [:]

  var isEmpty: Bool { heard.isEmpty }

  /// Notes that a browser has asked; returns whether it had not been here.
  mutating func note(_ asker: Asker, at now: ContinuousClock.Instant = .now) -> Bool {
    guard heard[asker] != nil || heard.count < Self.limit else { return false }
    return heard.updateValue(now, forKey: asker) == nil
  }

  /// Forgets those that have not asked for long, and returns them.
  mutating func forget(at now: ContinuousClock.Instant = .now) -> [Asker] {
    let silent = heard.filter { $0.value <= now - Self.memory }.map(\.key)
    for asker in silent { heard[asker] = nil }
    return silent
  }
}
