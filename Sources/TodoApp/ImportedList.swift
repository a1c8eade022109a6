import Datastar
import DatastarHTTP
import HTTPServer
import Todos

/// A list as others have written it down, or in one of the two forms that ``Exports`` writes.
struct ImportedList: Equatable {
  /// For the list, if it has to be made.
  private(set) var title: Title?
  private(set) var todos: [NewTodo] = []
  /// How many lines were passed over, blank ones not counted.
  private(set) var skippedLines = 0

  /// Reads a body: an exported JSON object, Markdown, or either of them as the field `text`.
  ///
  /// - Throws: `HTTPError` 400 for what is no JSON or no UTF-8, 415 for another type, 422 for what is no list, with the
  ///   line or the todo that is wrong.
  init(_ request: Request) throws {
    switch request.mediaType {
    case "text/markdown":
      guard let text = String(validating: request.body, as: UTF8.self) else {
        throw HTTPError(.badRequest, "the Markdown is not UTF-8")
      }
      try self.init(markdown: text)
    case "application/json":
      let json = try Self.object(request.body, orRefuse: .badRequest)
      if json["todos"] != nil {
        try self.init(json)
      } else {
        guard let text = json["text"]?.string else { throw Self.refusal("text is missing: send it as a text") }
        try self.init(text: text)
      }
    default:
      try self.init(text: CommandInput(request).text("text"))
    }
    guard !todos.isEmpty else { throw Self.refusal("there is no todo in it: write each as a line like - [ ] Milk") }
  }

  /// Reads either form, told by the bracket that JSON begins with.
  private init(text: String) throws {
    if text.withoutByteOrderMark.first(where: { !$0.properties.isWhitespace }) == "{" {
      try self.init(Self.object(Array(text.utf8), orRefuse: .unprocessableContent))
    } else {
      try self.init(markdown: text)
    }
  }

  /// Reads what `GET /lists/:list.json` answers; only `title` and `todos` with `title` and `completed` count.
  init(_ json: Signals) throws {
    guard let items = json["todos"]?.array else { throw Self.refusal("todos is not an array") }
    if let text = json["title"]?.string { title = try Self.title(text, at: "title") }
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

  /// Reads the items of a text, whatever level they are on, and its first heading; all other lines are passed over.
  init(markdown text: String) throws {
    var code: ChecklistLine.Fence?
    let lines = Substring(text.withoutByteOrderMark).split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let kind = ChecklistLine(line)
      if let fence = code {
        code = fence.isEnded(by: line) ? nil : fence
      } else if case .fence(let fence) = kind {
        code = fence
      } else if try take(kind, at: "line \(index + 1)") {
        continue
      }
      if kind != .blank { skippedLines += 1 }
    }
  }

  /// Takes an item or the title off a line.
  ///
  /// - Returns: false for a line with neither.
  private mutating func take(_ line: ChecklistLine, at place: String) throws -> Bool {
    do throws(TodosError) {
      switch line {
      case .item(let text, let isCompleted): todos.append(NewTodo(try Title(String(text)), isCompleted: isCompleted))
      case .heading(let text) where title == nil: title = try Title(String(text))
      default: return false
      }
      return true
    } catch .blankTitle {
      return false
    } catch {
      throw Self.refusal("\(place): \(error)")
    }
  }

  /// - Throws: `HTTPError` of that status for what is no JSON object.
  private static func object(_ bytes: [UInt8], orRefuse status: HTTPStatus) throws(HTTPError) -> Signals {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    do {
      return try Signals(json: bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...])
    } catch {
      throw HTTPError(status, "this is not valid JSON: \(error)")
    }
  }

  private static func title(_ text: String, at place: String) throws(HTTPError) -> Title {
    do { return try Title(text) } catch { throw refusal("\(place): \(error)") }
  }

  private static func refusal(_ reason: String) -> HTTPError { HTTPError(.unprocessableContent, reason) }
}

extension String {
  /// The text without U+FEFF before it, by which some programs say that a file is UTF-8.
  fileprivate var withoutByteOrderMark: Substring.UnicodeScalarView {
    unicodeScalars.first == "\u{FEFF}" ? unicodeScalars.dropFirst() : unicodeScalars[...]
  }
}
