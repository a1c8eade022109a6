import Testing

@testable import TodoStorage

@Suite("WaitingChanges") struct WaitingChangesTests {
  @Test("what others commit between two commits is noticed, and told once")
  func others() throws {
    let waiting = WaitingChanges<Int>(revision: 5)
    func note(upTo index: Int64) throws -> Bool {
      let list = ListSummary(name: try ListName("groceries"), title: "Groceries", openCount: 1, completedCount: 0)
      let change = CommittedChange(
        list: list, previousRevision: 1, revision: 2, indexRevision: index, previousOpenCount: 1,
        previousCompletedCount: 0, listChange: nil, todos: [], removed: [], deletion: nil)
      return waiting.note(.init(light: [1]), rows: 1, changes: [change], hasWorked: true)
    }
    #expect(try note(upTo: 6) == false)
    #expect(waiting.takeChangesOfOthers(upTo: 6) == false)
    #expect(try note(upTo: 8) == true)
    #expect(try note(upTo: 9) == false)
    #expect(waiting.takeChangesOfOthers(upTo: 9) == true)
    #expect(waiting.takeChangesOfOthers(upTo: 9) == false)
    #expect(waiting.takeChangesOfOthers(upTo: 10) == true)
  }
}
