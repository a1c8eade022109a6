/// What is known of a list, or of all lists together, before it is read.
public struct StoredState: Hashable, Sendable {
  /// The revision, by which a copy is known to be current.
  public let revision: Int64
  /// How many todos there are in the list; how many lists.
  public let rowCount: Int
  /// How many bytes the titles of its todos take together.
  public let titleBytes: Int

  /// Describes the state of a list, or of all lists together, which have no bytes of titles.
  public init(revision: Int64, rowCount: Int, titleBytes: Int) {
    (self.revision, self.rowCount, self.titleBytes) = (revision, rowCount, titleBytes)
  }
}
