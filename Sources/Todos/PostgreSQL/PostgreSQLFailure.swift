#if PostgreSQL
  /// Why PostgreSQL did not do what it was asked to.
  enum PostgreSQLFailure: Error {
    /// There is no connection, or none any more; what was under way may have been done or not.
    case lost(String, StoreFault)
    /// It has refused a statement, and undone the transaction that this was part of.
    case refused(state: String, String)

    /// Whether the same may succeed when it is tried again at once.
    var isPassing: Bool {
      guard case .refused(let state, _) = self else { return false }
      // deadlock_detected, serialization_failure.
      return state == "40P01" || state == "40001"
    }

    /// Whether it is the statement that is to blame, and not the state that the server is in.
    var isOfStatement: Bool {
      guard case .refused(let state, _) = self else { return false }
      return !Self.serverClasses.contains(String(state.prefix(2))) && state != Self.readOnly
    }

    /// Whether another connection may do better: the server that this one leads to is about to end, or is no longer the
    /// one to write to.
    var endsConnection: Bool {
      guard case .refused(let state, _) = self else { return true }
      return state.hasPrefix("57P") || state == Self.readOnly
    }

    private static let readOnly = "25006"
    /// Insufficient resources, operator intervention, system error, internal error, lock not available.
    private static let serverClasses: Set<String> = ["53", "57", "58", "XX", "55", "08"]

    private var fault: StoreFault {
      switch self {
      case .lost(_, let fault): fault
      case .refused(let state, _):
        switch state {
        case "53100": .full
        case "53300", "57P01", "57P02", "57P03": .gone
        case "55P03", "40P01", "40001": .locked
        case Self.readOnly: .readOnly
        case "58030": .io
        case "XX001", "XX002": .damaged
        default: .other
        }
      }
    }

    /// What the server or libpq says, in one line.
    var reason: String {
      switch self {
      case .lost(let reason, _), .refused(_, let reason): reason
      }
    }

    /// The same as the store's callers are told it.
    var error: TodosError { .unavailable(reason: reason, fault: fault) }
  }
#endif
