import Datastar
import DatastarHTTP
import LibeventHTTP
import TodoStorage

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
  ///   line or the todo that is wrong; `TodosError.tooManyTodos` for more than a list can have.
  init(_ request: Request, limits: TodoLimits) throws {
    let limit = limits.todosPerList
    switch request.mediaType {
    case "text/markdown":
      guard let text = String(validating: request.body, as: UTF8.self) else {
        throw HTTPError(.badRequest, "the Markdown is not UTF-8")
      }
      try self.init(markdown: text, atMost: limit)
    case "application/json":
      let json = try Self.object(request.body, atMost: limit, orRefuse: .badRequest)
      if json["todos"] != nil {
        try self.init(json, atMost: limit)
      } else {
        guard let text = json["text"]?.string else { throw Self.refusal("text is missing: send it as a text") }
        try self.init(text: text, atMost: limit)
      }
    default:
      try self.init(text: CommandInput(request, beside: "text/markdown").text("text"), atMost: limit)
    }
    guard !todos.isEmpty else { throw Self.refusal("there is no todo in it: write each as a line like - [ ] Milk") }
  }

  /// Reads either form, told by the bracket that JSON begins with.
  private init(text: String, atMost limit: Int) throws {
    if text.withoutByteOrderMark.first(where: { !$0.properties.isWhitespace }) == "{" {
      try self.init(
        Self.object(Array(text.utf8), atMost: limit, orRefuse: .unprocessableContent), atMost: limit)
    } else {
      try self.init(markdown: text, atMost: limit)
    }
  }

  /// Reads what `GET /lists/:list.json` answers; only `title` and `todos` with `title` and `completed` count.
  init(_ json: Signals, atMost limit: Int = .max) throws {
    guard let items = json["todos"]?.array else { throw Self.refusal("todos is not an array") }
    guard items.count <= limit else { throw TodosError.tooManyTodos(limit: limit) }
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
  init(markdown text: String, atMost limit: Int = .max) throws {
    var code: ChecklistLine.Fence?
    var rest = Substring(text.withoutByteOrderMark)
    // Line by line: all lines of a large text would take many times its memory.
    for number in 1... {
      let end = rest.firstIndex(where: \.isNewline) ?? rest.endIndex
      let (line, kind) = (rest[..<end], ChecklistLine(rest[..<end]))
      if let fence = code {
        code = fence.isEnded(by: line) ? nil : fence
        skippedLines += kind == .blank ? 0 : 1
      } else if case .fence(let fence) = kind {
        code = fence
        skippedLines += 1
      } else if kind != .blank, try !take(kind, at: "line \(number)") {
        skippedLines += 1
      }
      guard todos.count <= limit else { throw TodosError.tooManyTodos(limit: limit) }
      guard end < rest.endIndex else { return }
      rest = rest[rest.index(after: end)...]
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

  /// - Throws: `HTTPError` of that status for what is no JSON object, or one of far more than so many todos.
  private static func object(
    _ bytes: [UInt8], atMost limit: Int, orRefuse status: HTTPStatus
  ) throws(HTTPError) -> Signals {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    do {
      // A todo is an object with a few members, of which other programs may write more.
      return try Signals(
        json: bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...], maximumValues: 32 * (limit + 1))
    } catch {
      throw HTTPError(status, "this cannot be read as JSON: \(error)")
    }
  }

  private static func title(_ text: String, at place: String) throws(HTTPError) -> Title {
    do { return try Title(text) } catch { throw refusal("\(place): \(error)") }
  }

  private static func refusal(_ reason: String) -> HTTPError { HTTPError(.unprocessableContent, reason) }
}

extension ImportedList {
  /// The most bytes that the largest list takes on its way in, in whichever form its export is sent.
  ///
  /// A byte of a title takes up to six: a `"` is `\"` in the exported JSON, and in a form both are percent-encoded. Text
  /// beyond ASCII takes no more: `é` of two bytes is `\u00e9` for some programs, and `%5Cu00e9` of those in a form. What
  /// stands around a title takes less than 256, also as a form and with the line ends and indents of programs that
  /// write JSON for people.
  static func largestBody(_ limits: TodoLimits) -> Int {
    6 * (limits.titleBytesPerList + Title.byteLimit) + 256 * limits.todosPerList + 1_024
  }
}

extension String {
  /// The text without U+FEFF before it, by which some programs say that a file is UTF-8.
  fileprivate var withoutByteOrderMark: Substring.UnicodeScalarView {
    unicodeScalars.first == "\u{FEFF}" ? unicodeScalars.dropFirst() : unicodeScalars[...]
  }
}
