import HTMLTemplate
import Testing

@testable import TodoApp
@testable import TodoStorage

@Suite("TodoApp: what a page says of the command that has led to it") struct NoticeTests {
  @Test("lines that were passed over are counted in words; of none nothing is said")
  func skippedLines() {
    #expect(SkippedLines(1)?.notice == "1 line was no item of a list and was skipped")
    #expect(SkippedLines(3)?.notice == "3 lines were no items of a list and were skipped")
    #expect(SkippedLines(0) == nil && SkippedLines(-2) == nil)
  }

  @Test("a list's page offers its notice to the template, which the index shares", arguments: ["3 lines < 4", nil])
  func notice(text: String?) throws {
    let templates = try Templates(sources: ["page": "{{#notice}}<p>{{notice}}</p>{{/notice}}"])
    let list = TodoList(name: try ListName("a"), title: "A", revision: 1, exists: true, todos: [])
    let page = ListPage(
      list: ListView(list), filter: .all, editing: nil, offer: nil, notice: text, isVendored: true, edition: nil)
    let html = try templates.bind("page", to: ListPage.self).render(page).bytes
    #expect(String(decoding: html, as: UTF8.self) == (text == nil ? "" : "<p>3 lines &lt; 4</p>"))
    let lists = IndexView(ListIndex(revision: 1, lists: []))
    let index = IndexPage(index: lists, offer: nil, isVendored: true, edition: nil)
    let indexPage = try templates.bind("page", to: IndexPage.self)
    #expect(indexPage.render(index).bytes.isEmpty)
  }
}
