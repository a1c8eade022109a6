import Todos

/// Which todos of a list are being edited, and in which tabs, as the tabs say.
///
/// A tab that does not say it again is taken to have left after a while.
struct Editors {
  /// The most that are told of; those beyond edit as well.
  static let limit = 32
  /// Tabs repeat what they say in less than half of it.
  static let memory = Duration.seconds(75)

  private var edits: [Tab: (todo: Todo.ID, heard: ContinuousClock.Instant)] = [:]

  /// The name that a tab has given itself: 1 to 40 of `0` to `9` and `-`.
  struct Tab: Hashable {
    let name: String

    init?(_ name: String) {
      guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy(Self.isAllowed) else { return nil }
      self.name = name
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }

  var isEmpty: Bool { edits.isEmpty }

  /// The edits as pages read them: `tab:todo`, with a space between two.
  var text: String {
    edits.map { "\($0.key.name):\($0.value.todo)" }.sorted().joined(separator: " ")
  }

  /// Notes what a tab edits, nil for nothing; returns whether that is another todo than before.
  mutating func note(_ todo: Todo.ID?, by tab: Tab, at now: ContinuousClock.Instant = .now) -> Bool {
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
