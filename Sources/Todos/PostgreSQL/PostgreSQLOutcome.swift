#if PostgreSQL
  extension PostgreSQLRows {
    /// What came of a command, as `carry_out` returns it; of a change, all but what it did to the index's revision.
    ///
    /// - Returns: the word for why it was refused.
    func outcome(
      indexRevision: Int64, turnsIndex: Bool
    ) throws(PostgreSQLFailure) -> Result<Outcome, Refusal> {
      if let word = text(0, Column.refusal) { return .failure(Refusal(word: word)) }
      let list = try name(0, Column.list)
      let revision = try number(0, Column.revision)
      guard try bool(0, Column.changed) else {
        return .success(
          .unchanged(Change(list: list, revision: revision, didChange: false, added: int(0, Column.added))))
      }
      return .success(
        .changed(
          CommittedChange(
            list: try summary(of: list), previousRevision: try number(0, Column.previous), revision: revision,
            indexRevision: indexRevision, turnsIndex: turnsIndex,
            previousOpenCount: Int(try number(0, Column.previousOpen)),
            previousCompletedCount: Int(try number(0, Column.previousCompleted)), listChange: try listChange(),
            todos: try todos(), removed: ints(0, Column.removed).compactMap(\.self),
            deletion: try deletion(from: list))))
    }

    /// Why a command was refused, in `carry_out`'s word.
    struct Refusal: Error { let word: String }

    /// Whether the command has changed something.
    func isChange() throws(PostgreSQLFailure) -> Bool {
      guard isNull(0, Column.refusal) else { return false }
      return try bool(0, Column.changed)
    }

    /// The places of the type `outcome`'s columns.
    private enum Column {
      static let (refusal, changed, list, title, previous, revision) = (0, 1, 2, 3, 4, 5)
      static let (open, completed, previousOpen, previousCompleted) = (6, 7, 8, 9)
      static let (listChange, listAfter, kind, ids, titles, states, places) = (10, 11, 12, 13, 14, 15, 16)
      static let (removed, deletion, subject, subjectTitle, added) = (17, 18, 19, 20, 21)
    }

    private func summary(of name: ListName) throws(PostgreSQLFailure) -> ListSummary {
      if text(0, Column.listChange) == "deleted" { return ListSummary(unknown: name) }
      return ListSummary(
        name: name, title: try string(0, Column.title), openCount: Int(try number(0, Column.open)),
        completedCount: Int(try number(0, Column.completed)))
    }

    private func listChange() throws(PostgreSQLFailure) -> ListChange? {
      let other = isNull(0, Column.listAfter) ? nil : try name(0, Column.listAfter)
      switch text(0, Column.listChange) {
      case "made": return .made(after: other)
      case "renamed": return .renamed(after: other)
      case "deleted": return .deleted
      default: return nil
      }
    }

    private func todos() throws(PostgreSQLFailure) -> [TodoChange] {
      let kind: TodoChange.Kind
      switch text(0, Column.kind) {
      case nil: return []
      case "inserted": kind = .inserted
      case "moved": kind = .moved
      default: kind = .updated
      }
      let titles = texts(0, Column.titles)
      let states = bools(0, Column.states)
      let places = ints(0, Column.places)
      return zip(ints(0, Column.ids), titles.indices).map { id, index in
        TodoChange(
          todo: Todo(id: id ?? 0, title: titles[index], isCompleted: states[index]), predecessor: places[index],
          kind: kind)
      }
    }

    private func deletion(from list: ListName) throws(PostgreSQLFailure) -> DeletionChange? {
      guard let id = int(0, Column.deletion) else { return nil }
      let title = text(0, Column.subjectTitle) ?? ""
      switch text(0, Column.subject) {
      case "undone": return .undone(id)
      case "todo": return .made(Deletion(id: id, list: list, subject: .todo(title)))
      case "list": return .made(Deletion(id: id, list: list, subject: .list(title)))
      default:
        return .made(Deletion(id: id, list: list, subject: .completedTodos(ints(0, Column.removed).count)))
      }
    }
  }
#endif
