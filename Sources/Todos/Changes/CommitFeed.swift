import DatastarLocking

/// Tells those who follow a store what has been committed.
final class CommitFeed: Sendable {
  private typealias Follower = AsyncStream<[CommittedChange]>.Continuation

  private let followers = Locked<[UInt64: Follower]>([:])
  private let numbers = IDGenerator()

  func follow() -> AsyncStream<[CommittedChange]> {
    let (changes, follower) = AsyncStream.makeStream(of: [CommittedChange].self)
    let number = numbers.next()
    follower.onTermination = { [weak self] _ in self?.followers.withLock { $0[number] = nil } }
    followers.withLock { $0[number] = follower }
    return changes
  }

  /// Tells all followers the changes of one commit, without waiting for any; called for one commit after the other.
  func tell(_ changes: [CommittedChange]) {
    guard !changes.isEmpty else { return }
    // Copied, because a follower that ends takes the lock.
    for follower in followers.withLock({ Array($0.values) }) { follower.yield(changes) }
  }

  /// Ends it for all followers.
  func end() {
    for follower in followers.withLock({ Array($0.values) }) { follower.finish() }
  }
}
