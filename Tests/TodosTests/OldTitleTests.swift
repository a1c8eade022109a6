import Testing

@testable import TodoStorage

@Suite("SQLiteStore: titles of earlier versions") struct OldTitleTests {
  private let temporary: TemporaryStore
  private let name: ListName
  private var store: SQLiteStore { temporary.store }

  init() throws {
    var limits = TodoLimits()
    limits.titleBytesPerList = 20
    temporary = try TemporaryStore(limits: limits)
    name = try ListName("a")
  }

  private let full = TodosError.titlesTooLarge(limit: 20)

  @Test("a list that holds more, as earlier versions allowed, may shrink and come back, and not grow")
  func older() async throws {
    let id = try await store.add(["a"], to: name)[0]
    let long = String(repeating: "x", count: 30)
    try await store.setOnlyTitle(long)
    await #expect(throws: full) { try await store.edit(id, in: name, title: Title(long + "x")) }
    _ = try await store.edit(id, in: name, title: Title(String(long.dropLast())))
    let deletion = try #require(try await store.deleteList(name).deletion)
    _ = try await store.undo(deletion.id)
    #expect(try await store.titles(name) == [String(long.dropLast())])
  }

  @Test("a title that an earlier version has stored is read as it is, however long, and can be edited")
  func oldTitle() async throws {
    let (temporary, name) = (try TemporaryStore(), try ListName("a"))
    let store = temporary.store
    let id = try await store.add(["Milk"], to: name)[0]
    let long = String(repeating: "👩‍👩‍👧‍👦", count: 300)
    try await store.setOnlyTitle(long)
    _ = try await store.setCompleted(true, id, in: name)
    #expect(try await store.titles(name) == ["x \(long)"])
    _ = try await store.edit(id, in: name, title: Title("Tea"))
    #expect(try await store.titles(name) == ["x Tea"])
  }
}
