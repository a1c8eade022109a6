import Datastar
import LibeventHTTP
import TodoStorage

@testable import TodoApp

/// What is taken for a list, as Markdown or as JSON, is the same when it is exported and imported again, in either form.
@Sendable func fuzzImports(_ input: FuzzInput) throws {
  if let list = try attempt({ try ImportedList(markdown: input.text) }) { try checkExports(of: list) }
  guard let json = try? Signals(json: input.bytes) else { return }
  if let list = try attempt({ try ImportedList(json) }) { try checkExports(of: list) }
}

/// The list, or nil where it is refused as an import may be; anything else is a failure.
private func attempt(_ read: () throws -> ImportedList) throws -> ImportedList? {
  do {
    return try read()
  } catch let error as HTTPError {
    check(error.status == .unprocessableContent, "\(error)")
  } catch is TodosError {}
  return nil
}

private func checkExports(of list: ImportedList) throws {
  let markdown = list.todos.map { "- [\($0.isCompleted ? "x" : " ")] \($0.title)\n" }
  let heading = list.title.map { "# \($0)\n\n" } ?? ""
  let again = try ImportedList(markdown: heading + markdown.joined())
  check(again.title == list.title && again.todos == list.todos, "the Markdown of \(list) is another list")
  check(again.skippedLines == 0, "\(again.skippedLines) lines of the Markdown of \(list) are passed over")

  let todos = list.todos.map { todo -> SignalValue in
    ["title": .string(todo.title.text), "completed": .bool(todo.isCompleted)]
  }
  var object: SignalObject = ["todos": .array(todos)]
  if let title = list.title { object.set(.string(title.text), for: "title") }
  let json = try ImportedList(Signals(json: object.json))
  check(json.title == list.title && json.todos == list.todos, "the JSON of \(list) is another list")
}
