import TestSupport

/// What a browser shows of a list, or of the index of all lists, kept as the Datastar client keeps it: by the events of a stream alone.
struct ShownList {
  /// The rows in their order, each by its id and its HTML.
  private(set) var rows: [(id: String, html: String)] = []
  /// The other elements with an id that are patched, by it.
  private(set) var parts: [String: String] = [:]
  /// The version that is shown.
  private(set) var revision: Int64?
  /// How many events patched single rows or parts, and how many all of it.
  private(set) var (deltas, snapshots) = (0, 0)

  var ids: [Int64] { rows.compactMap { Int64($0.id.dropFirst("todo-".count)) } }

  /// Shows what a page or a snapshot has.
  init(html: String) throws { try show(html) }

  init() {}

  enum Failure: Error {
    /// An event that has no target, or would show an element twice.
    case wrong(String)
  }

  mutating func apply(_ event: ClientEvent) throws {
    guard event.type == "datastar-patch-elements", !event.data.contains("#offers"), !event.data.contains("presence")
    else { return }
    var (selector, mode, html) = ("", "outer", [Substring]())
    for line in event.data.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      switch parts[0] {
      case "selector": selector = String(parts[1])
      case "mode": mode = String(parts[1])
      default: html.append(parts.count > 1 ? parts[1] : "")
      }
    }
    if selector.hasPrefix("#undo-") { return }
    try patch(html.joined(separator: "\n"), selector, mode)
    if let id = event.id { revision = Int64(id) }
  }

  private mutating func patch(_ html: String, _ selector: String, _ mode: String) throws {
    switch mode {
    case "remove":
      let ids = Set(selector.split(separator: ",").map { String($0.dropFirst()) })
      rows.removeAll { ids.contains($0.id) }
      for id in ids { parts[id] = nil }
    case "append":
      if parts["revision"] != nil { throw Failure.wrong("#revision is there twice") }
      try show(html)
    case "after": try insert(html, at: try index(selector.dropFirst()) + 1)
    case "prepend": try insert(html, at: 0)
    default: try show(html)
    }
  }

  private func index(_ id: some StringProtocol) throws -> Int {
    guard let index = rows.firstIndex(where: { $0.id == id }) else { throw Failure.wrong("there is no #\(id)") }
    return index
  }

  private mutating func insert(_ html: String, at place: Int) throws {
    let new = Self.rows(of: html)
    for row in new where rows.contains(where: { $0.id == row.id }) { throw Failure.wrong("#\(row.id) is there twice") }
    rows.insert(contentsOf: new, at: place)
    deltas += 1
  }

  /// Takes elements by their ids.
  private mutating func show(_ html: String) throws {
    if html.contains(/<form class="(main|lists)"/) {
      rows = Self.rows(of: html)
      snapshots += 1
    } else {
      for row in Self.rows(of: html) { rows[try index(row.id)] = row }
      deltas += 1
    }
    if let said = html.firstMatch(of: /id="moves" value="([0-9 ]+)"/) { try move(said.1.split(separator: " ")) }
    for part in html.matches(of: /<(title|h1|input|span|button|p|data)\b[^>]*\bid="([a-z-]+)"[^>]*>[^\n]*/) {
      // What a presence event and a page have beside the list.
      if ["presence", "moved", "moves"].contains(part.2) { continue }
      parts[String(part.2)] = part.0.trimmingPrefix(/\s+/).description
    }
    if html.contains("<form class=\"main\"") {
      parts["main"] = html.firstMatch(of: /<form class="main"[^>]*>/)?.0.description
    }
  }

  /// Moves rows as the page's script does: each to behind the one that is named after it.
  private mutating func move(_ ids: [Substring]) throws {
    for pair in stride(from: 0, to: ids.count, by: 2) {
      let row = rows.remove(at: try index("todo-\(ids[pair])"))
      rows.insert(row, at: ids[pair + 1] == "0" ? 0 : try index("todo-\(ids[pair + 1])") + 1)
    }
  }

  private static func rows(of html: String) -> [(id: String, html: String)] {
    html.matches(of: /<li id="((?:todo|list)-[a-z0-9-]+)".*?<\/li>/).filter { $0.1 != "todo-0" }
      .map { (String($0.1), String($0.0)) }
  }
}

extension ShownList: Equatable {
  /// Whether both show the same, element for element.
  static func == (one: ShownList, other: ShownList) -> Bool {
    one.rows.elementsEqual(other.rows) { $0 == $1 } && one.parts == other.parts
  }
}
