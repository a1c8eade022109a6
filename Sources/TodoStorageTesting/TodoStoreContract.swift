import Foundation
import Testing
import TodoStorage

/// What every store has to do, whatever keeps its lists. A store's suite runs each check against its own.
public struct TodoStoreContract: Sendable {
  /// Opens a store on a database, also when another one has it open.
  public typealias Opening =
    @Sendable (_ limits: TodoLimits, _ now: @escaping @Sendable () -> Date) async throws -> any TodoStore

  let makeDatabase: @Sendable () async throws -> Opening

  /// - Parameter makeDatabase: makes an empty database, and returns what opens it; called anew for each check.
  public init(_ makeDatabase: @escaping @Sendable () async throws -> Opening) {
    self.makeDatabase = makeDatabase
  }

  /// One thing that a store has to do.
  public struct Check: Sendable, CustomTestStringConvertible {
    /// What it is, in words.
    public let testDescription: String
    /// Sees whether it is so.
    public let run: @Sendable (TodoStoreContract) async throws -> Void

    init(testDescription: String, run: @escaping @Sendable (TodoStoreContract) async throws -> Void) {
      (self.testDescription, self.run) = (testDescription, run)
    }

    /// - Parameter limits: how much the store of the check takes in.
    init(
      _ description: String, limits: TodoLimits = TodoLimits(),
      _ body: @escaping @Sendable (StoreUnderTest) async throws -> Void
    ) {
      testDescription = description
      run = { contract in
        let subject = try await StoreUnderTest(contract, limits: limits)
        do {
          try await body(subject)
        } catch {
          try? subject.close()
          throw error
        }
        try subject.close()
      }
    }
  }

  /// All of them.
  public static let checks =
    todoChecks + listChecks + undoChecks + nameChecks + unlistedChecks + limitChecks + keyChecks + feedChecks
    + concurrencyChecks + randomChecks
}
