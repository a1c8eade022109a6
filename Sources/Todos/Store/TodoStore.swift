import DatastarLocking

/// Lists and todos that are kept: what carries out commands, is read from, and tells what has been committed.
///
/// Four things hold for every store, and `TodoStoreContract` checks them:
///
/// 1. A command that has returned is durable.
/// 2. A list's revision is greater than all it has had, also when the list has been deleted and made again. So is the
///    revision of the index of all lists, which each change of any list counts up by one.
/// 3. What is read after a commit shows that commit, at every process that shares the database.
/// 4. A command is carried out once for a key.
///
/// Commands that arrive together share a commit; each is undone alone where it fails.
public protocol TodoStore: Sendable {
  /// How much the store takes in.
  var limits: TodoLimits { get }
  /// Where the lists are, fit for a log: a file's path, or an address without its password.
  var location: String { get }

  /// Carries a command out, and once only for all that come with the same key.
  ///
  /// A command that is refused changes nothing, and may be sent again with its key. What `TodoStore`'s other methods say
  /// of each command holds here.
  ///
  /// - Returns: what it did, when it is durable.
  /// - Throws: ``TodosError/usedCommandKey`` for a key that another command has come with;
  ///   ``TodosError/unavailable(reason:fault:)`` where the database fails.
  func carryOut(_ command: TodoCommand, key: CommandKey?) async throws(TodosError) -> Change

  /// A list with its todos, all of one moment; an empty one for a name that is not known.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func list(_ name: ListName) async throws(TodosError) -> TodoList

  /// All lists with their counts, but for unlisted ones.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func lists() async throws(TodosError) -> ListIndex

  /// The state of a list, by which a copy of it is known to be current; nil for a name that is not known.
  ///
  /// It is asked for with every page and every stream that begins, and has to be cheap.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func state(of name: ListName) async throws(TodosError) -> StoredState?

  /// The state of all lists together; its revision is that of the index of all lists.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func state() async throws(TodosError) -> StoredState?

  /// Returns what a deletion took away; nil for one that cannot be undone any more.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func deletion(_ id: DeletionID) async throws(TodosError) -> Deletion?

  /// Follows the store: returns what is committed from now on by this process, all of it, in the order of the commits,
  /// and for each commit in the order of the commands. It ends with ``close()``.
  ///
  /// What was committed before the call is what is read after it. A change is told before its command returns, and
  /// never told if its command changed nothing, failed, or had been carried out before with its key.
  ///
  /// The store never waits for who follows it: what has not been taken is kept, so take it as it comes.
  ///
  /// What other processes change in the same database is not told, see ``takeChangesOfOthers()``. The next change that
  /// is told has another ``CommittedChange/previousRevision`` then than the last one of its list had as its revision.
  func committedChanges() -> AsyncStream<[CommittedChange]>

  /// Returns whether another process has changed the database since the last call, or since it was opened.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func takeChangesOfOthers() async throws(TodosError) -> Bool

  /// Checks that the store can read.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func checkReading() async throws(TodosError)

  /// Checks that the store can read and commit. Changes nothing.
  ///
  /// - Throws: ``TodosError/unavailable(reason:fault:)``.
  func check() async throws(TodosError)

  /// How many changes wait for their commit.
  var waitingCommits: Int { get }
  /// How many changes each commit held.
  var commitGroupSizes: Histogram { get }
  /// How many rows each commit wrote.
  var commitRowCounts: Histogram { get }
  /// The files that the store writes itself; nil for a database that is a server of its own.
  var files: StoreFiles? { get }

  /// Ends all work. Nothing may be asked of the store afterwards.
  func close() throws(TodosError)
}

/// What the files of a store are like now.
public struct StoreFiles: Sendable {
  /// The bytes that the database's file takes, without its log.
  public let size: Int
  /// The bytes that may still be written where the file is; nil where the system does not say.
  public let freeBytes: Int?
  /// The bytes that the log takes, which is brought back to a small size once nobody reads from it.
  public let logSize: Int
  /// How often the log was too large and has been made small.
  public let logTruncations: Int

  /// Describes the files of a store.
  public init(size: Int, freeBytes: Int?, logSize: Int, logTruncations: Int) {
    (self.size, self.freeBytes) = (size, freeBytes)
    (self.logSize, self.logTruncations) = (logSize, logTruncations)
  }
}
