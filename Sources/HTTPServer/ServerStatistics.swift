import Locking
import Metrics

/// What a server counts while it runs, for those who watch it.
public final class ServerStatistics: Sendable {
  /// Connections that are open now, streams among them.
  public let connections = Tally()
  /// Open responses that are open now.
  public let streams = Tally()
  /// Open responses that were closed because their clients took nothing in.
  public let stalledStreams = Tally()
  /// Connections that were refused because there were as many as there may be.
  public let refusedConnections = Tally()
  /// How often accepting has paused because there were no descriptors.
  public let acceptPauses = Tally()
  /// Bytes that wait now for clients to take them in; see ``UnsentLimits``.
  public let unsentBytes = Tally()
  /// How many answers were refused and connections closed because more would have waited than may.
  public let unsentRefusals = Tally()
  private let refusals = Locked<[HTTPStatus: Int]>([:])

  /// Counts from zero.
  public init() {}

  /// How many requests were refused, by the status that they were answered with.
  public var refusedRequests: [HTTPStatus: Int] { refusals.withLock { $0 } }

  /// Counts a request that was refused.
  func refused(_ status: HTTPStatus) {
    refusals.withLock { $0[status, default: 0] += 1 }
  }
}
