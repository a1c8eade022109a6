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
  private let buckets = Locked(Buckets())

  private struct Bucket {
    var tokens: Double
    var time: ContinuousClock.Instant
  }

  /// Those that have been asked for since `begin`, and those that were only before, in the time that fills a bucket:
  /// what is in neither is full. So none has to be looked for that can be forgotten.
  private struct Buckets {
    var current: [String: Bucket] = [:]
    var earlier: [String: Bucket] = [:]
    var begin: ContinuousClock.Instant?
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
      forgetFullOnes(in: &buckets, at: now)
      var known = buckets.current[address.network] ?? buckets.earlier[address.network]
      let hasRoom = known != nil || buckets.current.count + buckets.earlier.count < Self.bucketLimit
      let key = hasRoom ? address.network : ""
      if !hasRoom { known = buckets.current[key] ?? buckets.earlier[key] }
      var bucket = Bucket(tokens: known.map { tokens(in: $0, at: now) } ?? rate.burst, time: now)
      defer {
        buckets.current[key] = bucket
        buckets.earlier[key] = nil
      }
      guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / rate.perSecond }
      bucket.tokens -= 1
      return nil
    }
  }

  private func forgetFullOnes(in buckets: inout Buckets, at now: ContinuousClock.Instant) {
    let fillingTime = Duration.seconds(rate.burst / rate.perSecond)
    guard let begin = buckets.begin, now < begin + fillingTime * 2 else {
      buckets = Buckets(begin: now)
      return
    }
    guard now >= begin + fillingTime else { return }
    buckets = Buckets(earlier: buckets.current, begin: now)
  }

  private func tokens(in bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
    min(rate.burst, bucket.tokens + (now - bucket.time) / .seconds(1) * rate.perSecond)
  }
}
