import TodoTestSupport

/// What a browser shows of a list, or of the index of all lists, kept as the Datastar client keeps it: by the events of a
/// stream alone.
struct ShownList {
  /// The page, or what has been sent of one.
  private var page: Markup
  /// The version that is shown.
  private(set) var revision: Int64?
  /// How many events patched single rows or parts, and how many all of it.
  private(set) var (deltas, snapshots) = (0, 0)

  /// Shows a page as it was loaded.
  init(html: String) throws {
    page = Markup(html)
    // The page's own script has it follow the title.
    page.removeAll { $0.id == "new-title" }
    revision = mark
  }

  /// Shows nothing, until a snapshot comes.
  init() { page = Self.blank }

  private static let blank = Markup(#"<main class="todoapp"><data id="moves"></data></main>"#)

  enum Failure: Error {
    /// An event that has no target, or would show an element twice.
    case wrong(String)
  }

  /// The rows in their order, each by its id and its HTML.
  var rows: [(id: String, html: String)] {
    page.pieces.compactMap { piece in
      guard let id = piece.id, id.hasPrefix("todo-") && id != "todo-list" && id != "todo-count" || id.hasPrefix("list-")
      else { return nil }
      return (id, piece.html)
    }
  }

  var ids: [Int64] { rows.compactMap { Int64($0.id.dropFirst("todo-".count)) } }

  /// The revision that the page says it has; nil while it has a part of a delta.
  var mark: Int64? {
    page.range(ofElement: "revision").flatMap { range in
      Int64(page.pieces[range.lowerBound].html.split(separator: "\"", omittingEmptySubsequences: false)[3])
    }
  }
}

// MARK: - Patching

extension ShownList {
  mutating func apply(_ event: ClientEvent) throws {
    guard event.type == "datastar-patch-elements" else { return }
    var (selector, mode, html) = ("", "outer", [Substring]())
    for line in event.data.lines {
      let name = line.prefix { $0 != " " }
      let value = line.dropFirst(name.count + 1)
      switch name {
      case "selector": selector = String(value)
      case "mode": mode = String(value)
      default: html.append(value)
      }
    }
    // What comes and goes beside the list.
    if selector == "#offers" || selector.hasPrefix("#undo-") { return }
    try patch(Markup(html.joined(separator: "\n")), selector, mode)
    guard let id = event.id else { return }
    revision = Int64(id)
    if mark != revision { throw Failure.wrong("the page says \(mark ?? -1) in version \(id)") }
  }

  private mutating func patch(_ new: Markup, _ selector: String, _ mode: String) throws {
    switch mode {
    case "outer": try replace(new)
    case "remove":
      for id in selector.split(separator: ",").map({ String($0.dropFirst()) }) {
        if let range = page.range(ofElement: id) { page.replace(range, with: Markup("")) }
      }
    default:
      guard let target = page.ends(of: selector) else { throw Failure.wrong("there is no \(selector)") }
      let place =
        switch mode {
        case "append": target.upperBound - 1
        case "prepend": target.lowerBound + 1
        case "before": target.lowerBound
        case "after": target.upperBound
        default: throw Failure.wrong("there is no mode \(mode)")
        }
      for id in new.pieces.compactMap(\.id) where page.range(ofElement: id) != nil {
        throw Failure.wrong("#\(id) is there twice")
      }
      page.replace(place..<place, with: new)
      deltas += 1
    }
  }

  /// Moves rows as the page's script does, each to behind the one that is named after it.
  private mutating func move(_ said: Markup) throws {
    let ids = said.pieces[0].html.split(separator: "\"", omittingEmptySubsequences: false)[3].split(separator: " ")
    for pair in stride(from: 0, to: ids.count, by: 2) {
      guard let row = page.range(ofElement: "todo-\(ids[pair])") else { throw Failure.wrong("no #todo-\(ids[pair])") }
      let moved = Markup(page.pieces[row])
      page.replace(row, with: Markup(""))
      let target = ids[pair + 1] == "0" ? "todo-list" : "todo-\(ids[pair + 1])"
      guard let behind = page.range(ofElement: target) else { throw Failure.wrong("there is no #\(target)") }
      let place = target == "todo-list" ? behind.lowerBound + 1 : behind.upperBound
      page.replace(place..<place, with: moved)
    }
  }

  /// Takes elements by their ids; all of them where nothing is shown yet.
  private mutating func replace(_ new: Markup) throws {
    // How many are here is a state of its own.
    if new.id == "presence" { return }
    if page == Self.blank {
      snapshots += 1
      return page.replace(1..<1, with: new)
    }
    for element in new.elements {
      guard let id = element.id, let range = page.range(ofElement: id) else {
        throw Failure.wrong("there is no #\(element.id ?? "")")
      }
      if id == "moves" { try move(element) } else { page.replace(range, with: element) }
    }
    let isSnapshot = new.elements.contains { $0.id == "main" || $0.id == "lists" }
    if isSnapshot { snapshots += 1 } else { deltas += 1 }
  }
}

extension ShownList: Equatable {
  /// Whether both show the same, element for element.
  static func == (one: ShownList, other: ShownList) -> Bool { one.page == other.page }

  /// The first piece that is another one than in the page as it was loaded, and that; nil where there is none.
  func difference(from loaded: ShownList) -> String? {
    let (mine, others) = (page.pieces, loaded.page.pieces)
    var place = 0
    while place < min(mine.count, others.count), mine[place] == others[place] { place += 1 }
    if place == mine.count, place == others.count { return nil }
    let (one, other) = (mine.dropFirst(place).first, others.dropFirst(place).first)
    return "piece \(place): “\(one?.html ?? "")” and not “\(other?.html ?? "")”"
  }
}
