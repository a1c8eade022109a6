import Testing
import TodoStorage

extension TodoStoreContract {
  /// Lists for people with their link.
  static let unlistedChecks = [
    Check("they are on no index, whatever is done to them, and stand between no others") { try await $0.index() },
    Check("what was deleted of them comes back to who knows their name alone") { try await $0.undoing() },
  ]
}

extension StoreUnderTest {
  private func indexed() async throws -> [String] { try await store.lists().lists.map(\.title) }

  fileprivate func index() async throws {
    var feed = store.committedChanges().makeAsyncIterator()
    for title in ["A", "C"] { _ = try await store.makeList(Title(title)) }
    let key = try CommandKey("key")
    let name = try await store.makeList(Title("B"), isUnlisted: true, key: key).list
    #expect(name.isUnlisted)
    #expect(try await store.makeList(Title("B"), isUnlisted: true, key: key).list == name)
    _ = try await store.makeList(Title("Ba"))
    var told: [CommittedChange] = []
    while told.count < 4 { told += try #require(await feed.next()) }
    #expect(try told.last?.listChange == .made(after: ListName("a")))
    #expect(try await indexed() == ["A", "Ba", "C"])
    _ = try await store.rename(name, to: Title("D"))
    _ = try await store.add(["Milk"], to: name)
    #expect(try await indexed() == ["A", "Ba", "C"])
    #expect(try await store.list(name).title == "D")
    let deletion = try #require(try await store.deleteList(name).deletion)
    _ = try await store.undo(deletion.id, in: name)
    #expect(try await indexed() == ["A", "Ba", "C"])
    // Made again by its link.
    _ = try await store.deleteList(name)
    advance(by: 4_000)
    _ = try await store.add(["Tea"], to: name)
    #expect(try await indexed() == ["A", "Ba", "C"])
    #expect(try await store.list(name).title == "Unlisted list")
  }

  fileprivate func undoing() async throws {
    let name = try await store.makeList(Title("B"), isUnlisted: true).list
    let id = try await store.add(["Milk"], to: name)[0]
    var deletions: [DeletionID] = []
    for deletion in [try await store.delete(id, in: name).deletion, try await store.deleteList(name).deletion] {
      let deletion = try #require(deletion)
      deletions.append(deletion.id)
      #expect(deletion.list == name)
      #expect(try await store.deletion(deletion.id) == deletion)
      for other in [nil, try ListName("a"), try ListName.unlisted()] {
        await #expect(throws: TodosError.noSuchDeletion(deletion.id)) { try await store.undo(deletion.id, in: other) }
      }
    }
    for deletion in deletions.reversed() { _ = try await store.undo(deletion, in: name) }
    #expect(try await store.titles(name) == ["Milk"])
  }
}
