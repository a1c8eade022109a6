import Datastar
import DatastarHTTP
import HTTPServer
import Todos

/// A list in one of the two forms that ``Exports`` writes.
struct ImportedList: Equatable {
  /// For the list, if it has to be made.
  private(set) var title: Title?
  private(set) var todos: [NewTodo] = []

  /// Reads a body: an exported JSON object, Markdown, or either of them as the field `text`.
  ///
  /// - Throws: `HTTPError` 400 for what is no JSON or no UTF-8, 415 for another type, 422 for what is no list, with the
  ///   line or the todo that is wrong.
  init(_ request: Request) throws {
    if request.mediaType == "text/markdown" {
      guard let text = String(validating: request.body, as: UTF8.self) else {
        throw HTTPError(.badRequest, "the Markdown is not UTF-8")
      }
      try self.init(markdown: text)
    } else if request.mediaType == "application/json", case let json = try request.signals(), json["todos"] != nil {
      try self.init(json)
    } else {
      let text = try CommandInput(request).text("text")
      if text.first(where: { !$0.isWhitespace }) == "{" {
        try self.init(Self.object(text))
      } else {
        try self.init(markdown: text)
      }
    }
    guard !todos.isEmpty else { throw Self.refusal("there is no todo in it: write each as a line like - [ ] Milk") }
  }

  /// Reads what `GET /lists/:list.json` answers; only `title` and `todos` with `title` and `completed` count.
  init(_ json: Signals) throws {
    guard let items = json["todos"]?.array else { throw Self.refusal("todos is not an array") }
    if let text = json["title"]?.string { title = try Title(text) }
    for (index, item) in items.enumerated() {
      guard case .object(let todo) = item, let text = todo["title"]?.string else {
        throw Self.refusal("todo \(index + 1) has no title")
      }
      guard let isCompleted = (todo["completed"] ?? false).bool else {
        throw Self.refusal("completed of todo \(index + 1) is neither true nor false")
      }
      todos.append(NewTodo(try Self.title(text, at: "todo \(index + 1)"), isCompleted: isCompleted))
    }
  }

  /// Reads a checklist: items that begin with `-`, `*` or `+`, with or without a box, and headings with `#`.
  init(markdown text: String) throws {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let line = line.drop { $0.isWhitespace }
      guard let mark = line.first else { continue }
      let rest = line.dropFirst().drop { $0.isWhitespace }
      switch mark {
      case "#":
        if title == nil { title = try Self.title(line.drop { $0 == "#" }, at: "line \(index + 1)") }
      case "-", "*", "+":
        let (isCompleted, text) = Self.box(rest)
        todos.append(NewTodo(try Self.title(text, at: "line \(index + 1)"), isCompleted: isCompleted))
      default:
        throw Self.refusal("line \(index + 1) is no todo: write it as - [ ] Milk, or as - [x] Milk if it is done")
      }
    }
  }

  /// Takes the box off an item; one without a box is open.
  private static func box(_ item: Substring) -> (isCompleted: Bool, text: Substring) {
    for (box, isCompleted) in [("[ ]", false), ("[x]", true), ("[X]", true)] where item.hasPrefix(box) {
      return (isCompleted, item.dropFirst(box.count))
    }
    return (false, item)
  }

  private static func object(_ text: String) throws -> Signals {
    do { return try Signals(json: text.utf8) } catch { throw refusal("this is not valid JSON: \(error)") }
  }

  private static func title(_ text: some StringProtocol, at place: String) throws -> Title {
    do { return try Title(String(text)) } catch { throw refusal("\(place): \(error)") }
  }

  private static func refusal(_ reason: String) -> HTTPError { HTTPError(.unprocessableContent, reason) }
}
