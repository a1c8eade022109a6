import Datastar
import DatastarHTTP
import LibeventHTTP
import TodoStorage

/// What a POST says, whether as Datastar's signals or as a form; names that are not asked for are ignored.
struct CommandInput {
  private let fields: Fields

  private enum Fields {
    case signals(Signals)
    case form(FormFields)
  }

  /// Reads the body by its media type; an empty body without one says nothing.
  ///
  /// - Parameter others: media types that the caller has looked for before, for the words of a refusal.
  /// - Throws: `HTTPError` 400 for a body that is not what its type says, 415 for another type.
  init(_ request: Request, beside others: String...) throws(HTTPError) {
    switch request.mediaType {
    case "application/json":
      fields = .signals(try request.signals())
    case "application/x-www-form-urlencoded":
      do {
        fields = .form(try FormFields(request.body))
      } catch {
        throw HTTPError(.badRequest, "the form has a broken percent escape, is not UTF-8 or has too many fields")
      }
    case nil where request.body.isEmpty:
      fields = .form(FormFields())
    default:
      let type = request.mediaType ?? "that it does not name"
      let read = (others + ["application/json"]).joined(separator: ", ")
      throw HTTPError(
        .unsupportedMediaType,
        "a body of the type \(type) is not read: send \(read) or application/x-www-form-urlencoded")
    }
  }

  /// A text.
  ///
  /// - Throws: `HTTPError` 422 where it is missing or something else.
  func text(_ name: String) throws(HTTPError) -> String {
    let text =
      switch fields {
      case .signals(let signals): signals[name]?.string
      case .form(let form): form[name]
      }
    guard let text else { throw HTTPError(.unprocessableContent, "\(name) is missing: send it as a text") }
    return text
  }

  /// The name of a list; nil where it is missing.
  ///
  /// - Throws: `TodosError.invalidListName`.
  func listName(_ name: String) throws(TodosError) -> ListName? {
    let text =
      switch fields {
      case .signals(let signals): signals[name]?.string
      case .form(let form): form[name]
      }
    guard let text else { return nil }
    return try ListName(text)
  }

  /// A truth value; nil where it is missing.
  ///
  /// - Throws: `HTTPError` 422 for anything else, and for a form's text that is neither `true` nor `false`.
  func bool(_ name: String) throws(HTTPError) -> Bool? {
    switch fields {
    case .signals(let signals):
      guard let value = signals[name], value != .null else { return nil }
      if let bool = value.bool { return bool }
    case .form(let form):
      guard let text = form[name] else { return nil }
      if let bool = Bool(text) { return bool }
    }
    throw HTTPError(.unprocessableContent, "\(name) is neither true nor false")
  }

  /// The number of a place in a list, counted from 1; nil where it is missing.
  ///
  /// - Throws: `HTTPError` 422 for anything else.
  func place(_ name: String) throws(HTTPError) -> Int? {
    let number: Int?
    switch fields {
    case .signals(let signals):
      guard let value = signals[name] else { return nil }
      number = value.integer
    case .form(let form):
      guard let text = form[name] else { return nil }
      number = Int(text)
    }
    guard let number, number > 0 else {
      throw HTTPError(.unprocessableContent, "\(name) is not the number of a place: send 1 for the first one")
    }
    return number
  }

  /// The id of a todo, or nil where it is `null`, or in a form empty.
  ///
  /// - Throws: `HTTPError` 422 where it is missing or something else.
  func todoID(_ name: String) throws(HTTPError) -> Todo.ID? {
    switch fields {
    case .signals(let signals):
      if signals[name] == .null { return nil }
      if let id = signals[name]?.integer { return Todo.ID(id) }
    case .form(let form):
      if form[name] == "" { return nil }
      if let id = form[name].flatMap(Todo.ID.init) { return id }
    }
    throw HTTPError(.unprocessableContent, "\(name) is not the id of a todo, and not null")
  }
}
