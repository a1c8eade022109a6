import Locking

/// Counts the connections of all of a server's loops against its limits.
final class Admission: Sendable {
  private let limits: ConnectionLimits
  private let state = Locked(State())

  private struct State {
    var total = 0
    var ofNetwork: [String: Int] = [:]
  }

  init(_ limits: ConnectionLimits) {
    self.limits = limits
  }

  /// Counts a connection, or answers why there may not be one more.
  func enter(_ address: ClientAddress) -> HTTPError? {
    let isFree = address.isLoopback && !limits.limitsLoopback
    return state.withLock { state in
      guard state.total < limits.total else {
        return HTTPError(.serviceUnavailable, "the server has as many connections as it may; try again later")
      }
      guard isFree || state.ofNetwork[address.network, default: 0] < limits.perAddress else {
        return HTTPError(.serviceUnavailable, "your address has as many connections as it may; close some")
      }
      state.total += 1
      state.ofNetwork[address.network, default: 0] += 1
      return nil
    }
  }

  /// Counts a connection no more.
  func leave(_ address: ClientAddress) {
    state.withLock { state in
      state.total -= 1
      let left = state.ofNetwork[address.network, default: 1] - 1
      state.ofNetwork[address.network] = left > 0 ? left : nil
    }
  }
}
