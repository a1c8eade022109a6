import TodoStorage

/// Which todos of a list are being edited, and in which tabs, as the tabs say.
///
/// A tab that does not say it again is taken to have left after a while.
struct Editors {
  /// The most that are told of; those beyond edit as well.
  static let limit = 32
  /// Tabs repeat what they say in less than half of it.
  static let memory = Duration.seconds(75)

  private var edits: [ClientID: (todo: Todo.ID, heard: ContinuousClock.Instant)] = [:]

  var isEmpty: Bool { edits.isEmpty }

  /// The edits as pages read them: `tab:todo`, with a space between two.
  var text: String {
    edits.map { "\($0.key.name):\($0.value.todo)" }.sorted().joined(separator: " ")
  }

  /// Notes what a tab edits, nil for nothing; returns whether that is another todo than before.
  mutating func note(_ todo: Todo.ID?, by tab: ClientID, at now: ContinuousClock.Instant = .now) -> Bool {
    let before = edits[tab]?.todo
    if let todo, before != nil || edits.count < Self.limit {
      edits[tab] = (todo, now)
    } else {
      edits[tab] = nil
    }
    return edits[tab]?.todo != before
  }

  /// Forgets the tabs that have not been heard for long; returns whether there were any.
  mutating func forget(at now: ContinuousClock.Instant = .now) -> Bool {
    let before = edits.count
    edits = edits.filter { $0.value.heard > now - Self.memory }
    return edits.count < before
  }
}
