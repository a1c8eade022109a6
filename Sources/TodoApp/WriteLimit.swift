import HTTPServer
import Locking

/// Limits how many commands a second come from one address: to each a bucket of tokens that fills again steadily.
final class WriteLimit: Sendable {
  /// How a bucket is filled.
  struct Rate {
    /// Tokens a second.
    let perSecond: Double
    /// The most that a bucket holds.
    var burst: Double { 10 * perSecond }
  }

  private let rate: Rate
  private let limitsLoopback: Bool
  private let buckets = Locked<[String: Bucket]>([:])

  private struct Bucket {
    var tokens: Double
    var time: ContinuousClock.Instant
  }

  /// So many addresses are told apart; those that come beyond share one bucket.
  private static let bucketLimit = 10_000

  /// - Parameter limitsLoopback: whether clients on this machine are counted as well.
  init(_ rate: Rate, limitsLoopback: Bool) {
    (self.rate, self.limitsLoopback) = (rate, limitsLoopback)
  }

  /// - Throws: `HTTPError` 429.
  func check(_ request: Request) throws(HTTPError) {
    guard request.method == .post, limitsLoopback || !request.client.isLoopback,
      let wait = wait(request.client, at: .now)
    else { return }
    throw HTTPError(
      .tooManyRequests, "your address sends more than \(Int(rate.perSecond)) commands a second; wait a moment",
      retryAfter: Int(wait.rounded(.up)))
  }

  /// Takes a token; without one, answers in how many seconds there will be.
  func wait(_ address: ClientAddress, at now: ContinuousClock.Instant) -> Double? {
    buckets.withLock { buckets in
      if buckets.count >= Self.bucketLimit { buckets = buckets.filter { tokens(in: $0.value, at: now) < rate.burst } }
      let key = buckets[address.network] != nil || buckets.count < Self.bucketLimit ? address.network : ""
      var bucket = Bucket(tokens: buckets[key].map { tokens(in: $0, at: now) } ?? rate.burst, time: now)
      defer { buckets[key] = bucket }
      guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / rate.perSecond }
      bucket.tokens -= 1
      return nil
    }
  }

  private func tokens(in bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    min(rate.burst, bucket.tokens + (now - bucket.time) / .seconds(1) * rate.perSecond)
  }
}
