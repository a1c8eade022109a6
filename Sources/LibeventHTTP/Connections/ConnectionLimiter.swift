import DatastarLocking

/// Counts the connections of all of a server's loops against its limits.
final class ConnectionLimiter: Sendable {
  private let limits: ConnectionLimits
  private let state = Locked(State())

  private struct State {
    var total = 0
    var ofNetwork: [String: Int] = [:]
  }

  init(_ limits: ConnectionLimits) {
    self.limits = limits
  }

  /// Counts a connection, or returns why there may not be one more.
  ///
  /// - Parameter client: whose it is; nil where only its requests say that, by ``enter(_:)``.
  func open(by client: ClientAddress?) -> HTTPError? {
    state.withLock { state in
      guard state.total < limits.total else {
        return HTTPError(.serviceUnavailable, "the server has as many connections as it may; try again later")
      }
      if let client, let refusal = enter(client, &state) { return refusal }
      state.total += 1
      return nil
    }
  }

  /// Counts a connection no more.
  func close(by client: ClientAddress?) {
    state.withLock { state in
      state.total -= 1
      if let client { Self.leave(client, &state) }
    }
  }

  /// Counts a request that a client has sent over somebody else's connection, a proxy's, as one of its own, or answers
  /// why there may not be one more.
  func enter(_ client: ClientAddress) -> HTTPError? {
    state.withLock { enter(client, &$0) }
  }

  /// Counts such a request no more.
  func leave(_ client: ClientAddress) {
    state.withLock { Self.leave(client, &$0) }
  }

  private func enter(_ client: ClientAddress, _ state: inout State) -> HTTPError? {
    let isFree = client.isLoopback && !limits.limitsLoopback
    guard isFree || state.ofNetwork[client.network, default: 0] < limits.perAddress else {
      return HTTPError(.serviceUnavailable, "your address has as many connections as it may; close some")
    }
    state.ofNetwork[client.network, default: 0] += 1
    return nil
  }

  private static func leave(_ client: ClientAddress, _ state: inout State) {
    let left = state.ofNetwork[client.network, default: 1] - 1
    state.ofNetwork[client.network] = left > 0 ? left : nil
  }
}
