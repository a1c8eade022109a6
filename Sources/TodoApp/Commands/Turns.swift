import DatastarLocking

/// Has what is done for one address be done one after the other, in the order in which it came.
final class Turns: Sendable {
  /// So many wait for their turn at most.
  static let limit = 8
  private let waiting = Locked<[String: [CheckedContinuation<Void, Never>]]>([:])

  /// How many wait for their turn.
  func waitingCount(_ address: String) -> Int { waiting.withLock { $0[address]?.count ?? 0 } }

  /// Waits until nothing else is done for an address; ``giveBack(_:)`` has to follow then.
  ///
  /// - Returns: false, at once, where too many wait already.
  func take(_ address: String) async -> Bool {
    var isThere = true
    await withCheckedContinuation { caller in
      let isNext = waiting.withLock { waiting in
        guard let others = waiting[address] else {
          waiting[address] = []
          return true
        }
        isThere = others.count < Self.limit
        if isThere { waiting[address]?.append(caller) }
        return !isThere
      }
      if isNext { caller.resume() }
    }
    return isThere
  }

  /// Lets the next one go on.
  func giveBack(_ address: String) {
    let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
      guard let others = waiting[address], !others.isEmpty else {
        waiting[address] = nil
        return nil
      }
      return waiting[address]?.removeFirst()
    }
    next?.resume()
  }
}
