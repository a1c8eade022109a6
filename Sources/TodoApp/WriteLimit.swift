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
  private let isFree: @Sendable (ClientAddress) -> Bool
  private let buckets = Locked<[String: Bucket]>([:])

  private struct Bucket {
    var tokens: Double
    var time: ContinuousClock.Instant
  }

  /// So many addresses are told apart; those that come beyond share one bucket.
  private static let bucketLimit = 10_000

  /// - Parameter isFree: whose commands are not counted.
  init(_ rate: Rate, isFree: @escaping @Sendable (ClientAddress) -> Bool) {
    (self.rate, self.isFree) = (rate, isFree)
  }

  func applied(to responder: @escaping Responder) -> Responder {
    { [self] request in
      guard request.method == .post, !isFree(request.client), let wait = wait(request.client, at: .now) else {
        return try await responder(request)
      }
      var response = Response.text(
        .tooManyRequests, "your address sends more than \(Int(rate.perSecond)) commands a second; wait a moment")
      response.headers["Retry-After"] = "\(Int(wait.rounded(.up)))"
      return response
    }
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
