import DatastarLocking

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
  /// How long open responses were open, in seconds.
  public let streamTimes = Histogram(bounds: [1, 10, 60, 600, 3_600, 21_600, 86_400])
  private let answers = Dictionary(uniqueKeysWithValues: HTTPStatus.allCases.map { ($0, Tally()) })

  /// Counts from zero.
  public init() {}

  /// How many requests were answered with each status.
  public var answeredRequests: [(status: HTTPStatus, count: Int)] {
    HTTPStatus.allCases.map { ($0, answers[$0]?.value ?? 0) }
  }

  /// Counts a request by what it is answered with.
  func answered(_ status: HTTPStatus) {
    answers[status]?.add()
  }
}
