import Foundation

/// How much a store takes in.
public struct TodoLimits: Sendable {
  /// The most todos of one list.
  public var todosPerList = 5_000
  /// The most bytes of UTF-8 that the titles of one list's todos take together.
  public var titleBytesPerList = 1_048_576
  /// The most lists.
  public var lists = 10_000
  /// For how long a deletion can be undone.
  public var undo = Duration.seconds(3600)
  /// The most deletions that are kept for that, and the most todos of all of them together.
  public var deletions = (count: 1_000, todos: 100_000)
  /// For how long a command's key is kept.
  public var commandKeys = Duration.seconds(3600)

  /// The defaults.
  public init() {}
}

extension TodoLimits {
  /// How many rows whose time is over a new one purges at most, so that no command has to clear away a whole history.
  static let purgedAtOnce = 10
  /// After how many todos a deletion purges no more, unless it takes away as many itself.
  static let todosPurgedAtOnce = 1_000

  /// The time since which a deletion must have been made to be undone, in seconds since 1970.
  func oldestDeletion(at now: Date) -> Double { now.timeIntervalSince1970 - undo / .seconds(1) }

  /// The time since which a command must have come for its key to be known, in seconds since 1970.
  func oldestKey(at now: Date) -> Double { now.timeIntervalSince1970 - commandKeys / .seconds(1) }
}
