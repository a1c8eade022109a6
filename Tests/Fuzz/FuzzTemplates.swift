@testable import HTMLTemplate

/// Any template is refused with a line that it has, or renders as ``TreeRenderer`` does; and where its own text has no
/// markup, what it renders has none either.
///
/// The input is a page and a partial `part`.
@Sendable func fuzzTemplates(_ input: FuzzInput) throws {
  var input = input
  let sources = ["page": disarmed(input.piece()), "part": disarmed(input.piece())]
  // Every section may show two rows, and all of them may be nested.
  guard sources.values.joined().count(where: { $0 == "#" }) <= 6 else { return }
  do {
    let templates = try Templates(sources: sources)
    let constants = ["always": true, "never": false]
    let html = try templates.bind("page", to: Page.self, constants: constants).render(Page())
    let renderer = TreeRenderer(sources: sources, stack: [constants.mapValues { .flag($0) }, Page().values])
    let text = String(decoding: html.bytes, as: UTF8.self)
    check(html.bytes == (try? renderer.render("page")), "\(text) from \(sources)")
    check(isWithoutMarkup(html.bytes), "markup in \(text)")
    if let page = sources["page"], !page.contains("{{") { check(html == HTML(trusted: page), "the text has changed") }
  } catch {
    let source = sources[String(error.file.dropLast(".html".count))]
    let lines = (source ?? "").utf8.count { $0 == 0x0A } + 1
    check(source != nil && (1...lines).contains(error.line ?? 0), "an error at no line: \(error)")
  }
}

/// The template without what would be markup in its own text; right behind `{{` it belongs to a tag.
private func disarmed(_ template: [UInt8]) -> String {
  var text = template
  for (index, byte) in text.enumerated() where markup.contains(byte) || byte == UInt8(ascii: "&") {
    if !text[..<index].suffix(2).elementsEqual("{{".utf8) { text[index] = UInt8(ascii: "x") }
  }
  return String(decoding: text, as: UTF8.self)
}

private let markup = Array("<>\"'\r\0".utf8)

private func isWithoutMarkup(_ html: [UInt8]) -> Bool {
  html.indices.allSatisfy { index in
    guard html[index] == UInt8(ascii: "&") else { return !markup.contains(html[index]) }
    return ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#13;"].contains { html[index...].starts(with: $0.utf8) }
  }
}

private struct Page: TemplateView {
  let text = "<a href='x\0y' title=\"&amp;\">\r\n</a>"
  let row = Row(title: "</b>")
  let rows = [Row(title: "<i>"), Row(title: "&lt;")]

  static let fields = Fields<Page>()
    .text("text") { $0.text }
    .text("empty") { _ in "" }
    .optionalText("missing") { _ in nil }
    .integer("number") { _ in .min }
    .flag("on") { _ in true }
    .flag("off") { _ in false }
    .html("html") { _ in HTML(trusted: "safe") }
    .view("row") { $0.row }
    .view("nobody") { _ -> Row? in nil }
    .views("rows") { $0.rows }
    .views("none") { _ -> [Row] in [] }

  var values: TreeRenderer.View {
    [
      "text": .text(text), "empty": .text(nil), "missing": .text(nil), "number": .integer(.min), "on": .flag(true),
      "off": .flag(false), "html": .html("safe"), "row": .views([row.values]), "nobody": .views([]),
      "rows": .views(rows.map(\.values)), "none": .views([]),
    ]
  }
}

private struct Row: TemplateView {
  let title: String

  static let fields = Fields<Row>()
    .text("title") { $0.title }
    .integer("number") { _ in 7 }
    .view("inner") { _ in Inner() }

  var values: TreeRenderer.View {
    ["title": .text(title), "number": .integer(7), "inner": .views([["on": .flag(false)]])]
  }
}

private struct Inner: TemplateView {
  static let fields = Fields<Inner>().flag("on") { _ in false }
}
