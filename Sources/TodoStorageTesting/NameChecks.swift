import Testing
import TodoStorage

extension TodoStoreContract {
  /// Names for new lists.
  static let nameChecks = [
    Check("a title whose slug is taken gets the slug with a number, and each list its own title") {
      try await $0.taken()
    },
    Check("a title in another script or of emoji gets a name that is free") { try await $0.otherScripts() },
    Check("a list that was renamed keeps its name from a new one") { try await $0.renamed() },
    Check("a long slug gives way to its number within 64 characters") { try await $0.long() },
    Check("a deleted list keeps its name while it can be brought back, and comes back beside the new one") {
      try await $0.deleted()
    },
  ]
}

extension StoreUnderTest {
  /// Makes a list of each title, and returns their names.
  private func make(_ titles: String...) async throws -> [String] {
    var names: [String] = []
    for title in titles {
      let change = try await store.makeList(Title(title))
      #expect(change.didChange)
      names.append(change.list.text)
    }
    return names
  }

  fileprivate func taken() async throws {
    #expect(try await make("C", "C++", "C#", "c!", "C 2") == ["c", "c-2", "c-3", "c-4", "c-2-2"])
    #expect(try await make("日本語 1", "中文 1") == ["1", "1-2"])
    #expect(try await store.list(ListName("c-3")).title == "C#")
    #expect(try await store.list(ListName("1-2")).title == "中文 1")
  }

  fileprivate func otherScripts() async throws {
    #expect(try await make("日本語", "🛒", "List 3", "שלום", "!!!") == ["list-1", "list-2", "list-3", "list-4", "list-5"])
    #expect(try await store.list(ListName("list-2")).title == "🛒")
  }

  fileprivate func renamed() async throws {
    _ = try await make("Groceries")
    _ = try await store.rename(ListName("groceries"), to: Title("Food"))
    #expect(try await make("Groceries") == ["groceries-2"])
    #expect(try await store.list(ListName("groceries")).title == "Food")
  }

  fileprivate func long() async throws {
    let title = String(repeating: "a", count: 61) + " " + String(repeating: "b", count: 400)
    let name = String(repeating: "a", count: 61)
    #expect(try await make(title, title, title) == ["\(name)-bb", "\(name)-2", "\(name)-3"])
  }

  fileprivate func deleted() async throws {
    let old = try ListName("groceries")
    _ = try await make("Groceries")
    _ = try await store.add(["Milk"], to: old)
    let deletion = try #require(try await store.deleteList(old).deletion)
    #expect(try await make("Groceries") == ["groceries-2"])
    #expect(try await store.undo(deletion.id).list == old)
    #expect(try await store.titles(old) == ["Milk"])
    #expect(try await store.lists().lists.count == 2)

    _ = try await store.deleteList(old)
    advance(by: 3601)
    #expect(try await make("Groceries") == ["groceries"])
    #expect(try await store.titles(old).isEmpty)
  }
}
