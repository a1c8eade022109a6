import DatastarLocking
import Foundation
import TodoStorage

/// A store on an empty database, with a clock that a check sets.
package struct StoreUnderTest: Sendable {
  /// The store.
  package let store: any TodoStore
  let groceries: ListName
  private let open: TodoStoreContract.Opening
  private let time: Locked<Date>
  private let isOpen = Locked(true)

  package init(_ contract: TodoStoreContract, limits: TodoLimits = TodoLimits()) async throws {
    let time = Locked(Date(timeIntervalSince1970: 1_000_000))
    open = try await contract.makeDatabase()
    store = try await open(limits) { time.withLock { $0 } }
    groceries = try ListName("groceries")
    self.time = time
  }

  /// Opens the same database once more, as another server does.
  func openAgain() async throws -> any TodoStore {
    try await open(store.limits) { [time] in time.withLock { $0 } }
  }

  /// Closes the store, once.
  package func close() throws {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    guard wasOpen else { return }
    try store.close()
  }

  func advance(by seconds: TimeInterval) {
    time.withLock { $0 += seconds }
  }
}

extension TodoStore {
  /// Adds todos in order and returns their ids.
  package func add(_ titles: [String], to list: ListName) async throws -> [Todo.ID] {
    var ids: [Todo.ID] = []
    for title in titles {
      if let id = try await add(Title(title), to: list).added { ids.append(id) }
    }
    return ids
  }

  /// A list's titles, completed ones with an `x` before them.
  package func titles(_ list: ListName) async throws -> [String] {
    try await self.list(list).todos.map { ($0.isCompleted ? "x " : "") + $0.title }
  }
}
