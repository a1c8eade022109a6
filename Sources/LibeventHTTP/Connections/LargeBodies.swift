import DatastarLocking

/// Bounds the memory of those bodies that may be larger than others, in all of a server together.
final class LargeBodies: Sendable {
  private let limit: Int
  private let taken = Locked(0)

  /// - Parameter limit: the most bytes of all of them.
  init(limit: Int) {
    self.limit = limit
  }

  /// Room for one body, which is given back when nobody holds it any more.
  final class Room: Sendable {
    private let bodies: LargeBodies
    private let size: Int

    fileprivate init(_ bodies: LargeBodies, _ size: Int) {
      (self.bodies, self.size) = (bodies, size)
    }

    deinit { bodies.taken.withLock { $0 -= size } }
  }

  /// Takes room for a body of at most `size` bytes.
  ///
  /// - Throws: 503 where there is not enough left.
  func room(for size: Int) throws(HTTPError) -> Room {
    let isThere = taken.withLock { taken in
      guard taken + size <= limit else { return false }
      taken += size
      return true
    }
    guard isThere else {
      throw HTTPError(
        .serviceUnavailable, "the server takes in as many large requests as it can; try again in a moment",
        retryAfter: 1)
    }
    return Room(self, size)
  }
}
