import DatastarLocking
import LibeventHTTP
import TodoStorage

/// Limits the work that comes from one address: to each a bucket of tokens that fills again steadily.
///
/// A command takes a token, and a token more for every ``todosPerToken`` todos that it adds, changes or takes away. How
/// many these are is known afterwards, so a bucket may come to owe up to a whole one, and the commands that may be of
/// many todos are carried out one after the other.
final class WriteLimit: Sendable {
  /// How a bucket is filled.
  struct Rate {
    /// Tokens a second.
    let perSecond: Double
    /// The most that a bucket holds, and the most that it owes.
    var burst: Double { 10 * perSecond }
  }

  private let rate: Rate?
  private let limitsLoopback: Bool
  private let buckets = Locked(Buckets())
  private let turns = Turns()

  private struct Bucket {
    var tokens: Double
    var time: ContinuousClock.Instant

    func tokens(at now: ContinuousClock.Instant, _ rate: Rate) -> Double {
      min(rate.burst, tokens + (now - time) / .seconds(1) * rate.perSecond)
    }
  }

  /// Those that have been asked for since `begin`, and those that were only before, in the time that fills a bucket which
  /// owes as much as it may: what is in neither is full. So none has to be looked for that can be forgotten.
  private struct Buckets {
    private var current: [String: Bucket] = [:]
    private var earlier: [String: Bucket] = [:]
    private var begin: ContinuousClock.Instant?

    var count: Int { current.count + earlier.count }

    func has(_ key: String) -> Bool { self[key] != nil }

    subscript(key: String) -> Bucket? {
      get { current[key] ?? earlier[key] }
      set { (current[key], earlier[key]) = (newValue, nil) }
    }

    mutating func forgetFullOnes(at now: ContinuousClock.Instant, _ rate: Rate) {
      let fillingTime = Duration.seconds(2 * rate.burst / rate.perSecond)
      if let begin, now < begin + fillingTime { return }
      let isRecent = begin.map { now < $0 + fillingTime * 2 } ?? false
      (earlier, current, begin) = (isRecent ? current : [:], [:], now)
    }
  }

  /// So many addresses are told apart; those that come beyond share one bucket.
  private static let bucketLimit = 10_000
  /// About what a command of one todo costs the database is what so many cost more.
  static let todosPerToken = 5.0

  /// - Parameters:
  ///   - rate: nil for no limit.
  ///   - limitsLoopback: whether clients on this machine are counted as well.
  init(_ rate: Rate?, limitsLoopback: Bool) {
    (self.rate, self.limitsLoopback) = (rate, limitsLoopback)
  }

  /// The rate that holds for a client; nil where none does.
  private func rate(of client: ClientAddress) -> Rate? { limitsLoopback || !client.isLoopback ? rate : nil }

  /// Takes a token for a command.
  ///
  /// - Throws: `HTTPError` 429.
  func check(_ request: Request) throws(HTTPError) {
    guard request.method == .post, let rate = rate(of: request.client) else { return }
    if let wait = wait(request.client, at: .now) { throw refusal(rate, wait) }
  }

  /// Carries out a command that may be of many todos, when those of its address before it are done.
  ///
  /// - Throws: `HTTPError` 429 where too many wait already, or have left the bucket empty; what `command` throws.
  func carryOut(_ request: Request, _ command: () async throws -> Change) async throws -> Change {
    guard let rate = rate(of: request.client) else { return try await command() }
    let address = request.client.network
    guard await turns.take(address) else {
      throw HTTPError(
        .tooManyRequests, "\(Turns.limit) large commands of your address wait already; try again in a moment",
        retryAfter: 1)
    }
    defer { turns.giveBack(address) }
    if let wait = wait(request.client, taking: 0, at: .now) { throw refusal(rate, wait) }
    let change = try await command()
    charge(request.client, todos: change.todoCount, at: .now)
    return change
  }

  private func refusal(_ rate: Rate, _ wait: Double) -> HTTPError {
    HTTPError(
      .tooManyRequests,
      "your address sends more than \(Int(rate.perSecond)) commands, or changes more than "
        + "\(Int(rate.perSecond * Self.todosPerToken)) todos, a second; wait a moment",
      retryAfter: Int(wait.rounded(.up)))
  }

  /// Takes tokens; where there are not so many, returns in how many seconds there will be.
  func wait(_ address: ClientAddress, taking count: Double = 1, at now: ContinuousClock.Instant) -> Double? {
    change(address, at: now) { bucket, rate in
      guard bucket.tokens >= count else { return (count - bucket.tokens) / rate.perSecond }
      bucket.tokens -= count
      return nil
    }
  }

  /// Takes what a command of so many todos costs beyond its one token, which the bucket then may owe.
  func charge(_ address: ClientAddress, todos count: Int, at now: ContinuousClock.Instant) {
    change(address, at: now) { bucket, rate in
      let cost = min(rate.burst, Double(count) / Self.todosPerToken) - 1
      bucket.tokens = max(-rate.burst, bucket.tokens - max(0, cost))
    }
  }

  @discardableResult
  private func change<Result>(
    _ address: ClientAddress, at now: ContinuousClock.Instant, _ body: (inout Bucket, Rate) -> Result?
  ) -> Result? {
    guard let rate else { return nil }
    return buckets.withLock { buckets in
      buckets.forgetFullOnes(at: now, rate)
      let key = buckets.has(address.network) || buckets.count < Self.bucketLimit ? address.network : ""
      var bucket = Bucket(tokens: buckets[key].map { $0.tokens(at: now, rate) } ?? rate.burst, time: now)
      defer { buckets[key] = bucket }
      return body(&bucket, rate)
    }
  }
}
