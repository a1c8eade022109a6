import Testing

@testable import TodoApp

@Suite("Editors: who edits which todo") struct EditorsTests {
  private let start = ContinuousClock.now

  private let tabs = (0..<1_000).compactMap { ClientID("\($0)") }

  @Test("a tab edits what it has said last, and nothing once it has said so")
  func notes() {
    var editors = Editors()
    let news = [(7, 1), (7, 1), (8, 1), (9, 2)].map { todo, tab in editors.note(todo, by: tabs[tab]) }
    #expect(news == [true, false, true, true])
    #expect(editors.text == "1:8 2:9")
    _ = editors.note(nil, by: tabs[1])
    #expect(editors.text == "2:9")
  }

  @Test("a tab that has said nothing for long is forgotten")
  func silence() {
    var editors = Editors()
    _ = editors.note(7, by: tabs[1], at: start)
    let forgotten = [
      editors.forget(at: start + Editors.memory - .seconds(1)), editors.forget(at: start + Editors.memory),
    ]
    #expect(forgotten == [false, true])
    #expect(editors.isEmpty)
  }

  @Test("no more are told of than fit, whoever says so")
  func flood() {
    var editors = Editors()
    for tab in tabs { _ = editors.note(7, by: tab) }
    #expect(editors.text.split(separator: " ").count == Editors.limit)
  }

  @Test("a tab's name is digits and dashes", arguments: ["", "a", "1 2", "1:2", String(repeating: "1", count: 41)])
  func names(name: String) {
    #expect(ClientID(name) == nil)
  }
}
