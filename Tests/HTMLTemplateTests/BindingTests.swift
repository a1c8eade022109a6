import HTMLTemplate
import Testing
import TodoTestSupport

private struct Row: TemplateView {
  var id: Int64 = 1
  var title = "Milk"
  var isCompleted = false
  static let fields = Fields<Row>().integer("id") { $0.id }.text("title") { $0.title }
    .flag("completed") { $0.isCompleted }
}

private struct Page: TemplateView {
  var name = "groceries"
  var rows: [Row] = []
  var notice: String?
  var fragment = HTML(trusted: "<b>&</b>")
  var selected: Row?
  static let fields = Fields<Page>().text("name") { $0.name }.views("todos") { $0.rows }
    .optionalText("notice") { $0.notice }.html("fragment") { $0.fragment }.view("selected") { $0.selected }
}

@Suite("Templates: binding to views") struct BindingTests {
  private func render(_ source: String, _ page: Page = Page(), partials: [String: String] = [:]) throws -> String {
    let templates = try Templates(sources: partials.merging(["page": source]) { $1 })
    return String(decoding: try templates.bind("page", to: Page.self).render(page).bytes, as: UTF8.self)
  }

  @Test("rows are shown with their own names and those around them")
  func rows() throws {
    let page = Page(rows: [Row(id: 7), Row(id: -120, title: "<Tea>", isCompleted: true)])
    let source =
      "{{#todos}}<{{name}}/{{id}}{{#completed}} done{{/completed}}>{{title}}{{/todos}}{{^todos}}none{{/todos}}"
    #expect(try render(source, page) == "<groceries/7>Milk<groceries/-120 done>&lt;Tea&gt;")
    #expect(try render(source) == "none")
  }

  @Test("the largest and smallest numbers are written out")
  func integers() throws {
    let page = Page(rows: [Row(id: .max), Row(id: .min), Row(id: 0)])
    #expect(try render("{{#todos}}{{id}} {{/todos}}", page) == "9223372036854775807 -9223372036854775808 0 ")
  }

  @Test("an optional text is there or not, and so is an inner view")
  func optionals() throws {
    let source =
      "{{#notice}}[{{notice}}{{.}}]{{/notice}}{{^notice}}-{{/notice}}{{#selected}}{{title}}{{/selected}}{{selected.id}}"
    #expect(try render(source) == "-")
    #expect(try render(source, Page(notice: "&", selected: Row(id: 3))) == "[&amp;&amp;]Milk3")
  }

  @Test("a constant's section is there or not for good, and its parts join the text around it")
  func constants() throws {
    let source =
      "a{{#live}}b{{/live}}c{{^live}}d{{/live}}{{#todos}}{{#completed}}x{{/completed}}{{#live}}y{{/live}}z{{/todos}}"
    let templates = try Templates(sources: ["page": source])
    let page = Page(rows: [Row(isCompleted: true), Row()])
    for (live, text) in [(true, "abcxyzyz"), (false, "acdxzz")] {
      let html = try templates.bind("page", to: Page.self, constants: ["live": live]).render(page)
      #expect(html == HTML(trusted: text))
    }
    #expect(throws: TemplateError.self) { try templates.bind("page", to: Page.self) }
  }

  @Test("a view's own name wins over a constant")
  func shadowedConstant() throws {
    let templates = try Templates(sources: ["page": "{{#notice}}{{.}}{{/notice}}"])
    let page = try templates.bind("page", to: Page.self, constants: ["notice": true])
    #expect(page.render(Page()) == HTML(trusted: ""))
  }

  @Test("a raw tag shows HTML as it is")
  func raw() throws {
    #expect(try render("{{{fragment}}}{{&fragment}}") == "<b>&</b><b>&</b>")
  }

  @Test(
    "what a view does not offer is an error that names file and line",
    arguments: [
      (
        "\n\n{{titel}}",
        "page.html:3: there is no name \"titel\" here; Page offers name, todos, notice, fragment, selected"
      ),
      (
        "{{#todos}}\n{{x}}{{/todos}}",
        "page.html:2: there is no name \"x\" here; Row offers id, title, completed; Page offers name, todos, notice, fragment, selected"
      ),
      ("{{selected.x}}", "page.html:1: there is no name \"x\" here; Row offers id, title, completed"),
      ("{{{name}}}", "page.html:1: \"name\" is not HTML: show it escaped, with {{name}}"),
      ("{{fragment}}", "page.html:1: \"fragment\" is HTML: show it with {{{fragment}}}"),
      ("{{todos}}", "page.html:1: \"todos\" is not a text: use it as a section"),
      ("{{#fragment}}{{/fragment}}", "page.html:1: \"fragment\" cannot be a section: offer a flag for it"),
      ("a\n{{> row}}", "page.html:2: there is no partial row; there are page"),
    ])
  func unknown(source: String, message: String) throws {
    let error = #expect(throws: TemplateError.self) { try render(source) }
    #expect(error?.description == message)
  }

  @Test("an error in a partial names the partial's file and line")
  func inPartial() throws {
    let error = #expect(throws: TemplateError.self) { try render("{{> row}}", partials: ["row": "a\nb {{oops}}"]) }
    #expect(error?.description.hasPrefix("row.html:2: there is no name \"oops\"") == true)
  }

  @Test("a partial that includes itself without end is an error")
  func endlessPartial() throws {
    let error = #expect(throws: TemplateError.self) { try render("{{> row}}", partials: ["row": "{{> row}}"]) }
    #expect(error?.description == "row.html:1: partials are nested more than 32 deep here")
  }

  @Test("a template that is missing is an error that says which there are")
  func missing() throws {
    let error = #expect(throws: TemplateError.self) {
      try Templates(sources: ["a": "", "b": ""]).bind("c", to: Page.self)
    }
    #expect(error?.description == "c.html: the template is missing; there are a, b")
  }
}

@Suite("Parser: refusing what is not well formed") struct ParserTests {
  @Test(
    "a mistake is an error that names file and line",
    arguments: [
      ("{{#a}}\n", "t.html:1: the section a is not closed: add {{/a}}"),
      ("x\n{{/a}}", "t.html:2: {{/a}} closes a section that is not open"),
      ("{{#a}}\n{{/b}}", "t.html:2: {{/b}} stands where {{/a}} of line 1 is due"),
      ("\n{{a", "t.html:2: the tag is not closed: add }}"),
      ("{{{a}}", "t.html:1: the tag is not closed: add }}}"),
      ("{{}}", "t.html:1: a tag needs one name, not \"\""),
      ("{{a b}}", "t.html:1: a tag needs one name, not \"a b\""),
      ("{{a..b}}", "t.html:1: a tag needs one name, not \"a..b\""),
      ("{{=<% %>=}}", "t.html:1: other delimiters than {{ and }} are not supported"),
      ("{{$a}}{{/a}}", "t.html:1: blocks and parents are not supported: use a partial"),
      ("{{<a}}{{/a}}", "t.html:1: blocks and parents are not supported: use a partial"),
      ("{{>*a}}", "t.html:1: a partial has a fixed name: dynamic names are not supported"),
      (String(repeating: "{{#a}}", count: 65), "t.html:1: sections are nested more than 64 deep"),
    ])
  func mistakes(source: String, message: String) {
    let error = #expect(throws: TemplateError.self) { try Templates(sources: ["t": source]) }
    #expect(error?.description == message)
  }

  @Test("random pieces of templates parse or are refused, and never crash", arguments: 1...20 as ClosedRange<UInt64>)
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "{{", "}}", "{{{", "}}}", "#", "^", "/", ">", "!", "&", "a", ".", " ", "\n", "\r\n", "{{#a}}", "{{/a}}", "é", "{",
    ]
    for _ in 0..<500 {
      let source = (0..<Int.random(in: 0..<20, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
      _ = try? Templates(sources: ["t": source.joined()])
    }
  }
}

@Suite("HTML: escaping") struct HTMLTests {
  @Test(
    "text shows as it is in elements and in attributes",
    arguments: [
      ("<img src=x onerror=\"a('b')\">", "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;"),
      ("a & b", "a &amp; b"),
      ("&amp;", "&amp;amp;"), ("a\r\nb", "a&#13;\nb"), ("\0", "\u{FFFD}"), ("👩‍👩‍👧 ä {{x}}", "👩‍👩‍👧 ä {{x}}"), ("", ""),
    ])
  func escaping(text: String, html: String) {
    #expect(String(decoding: HTML(escaping: text).bytes, as: UTF8.self) == html)
  }

  @Test("trusted HTML is taken as it is")
  func trusted() {
    #expect(HTML(trusted: "<b>").bytes == Array("<b>".utf8))
  }
}
