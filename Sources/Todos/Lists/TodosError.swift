/// Why a command or a read was refused. Refused commands change nothing.
public enum TodosError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A list's name is not a slug.
  case invalidListName
  /// A title has nothing in it that could be seen.
  case blankTitle
  /// A title is longer than ``Title/limit`` characters.
  case titleTooLong
  /// A title takes more than ``Title/byteLimit`` bytes, by no more characters than it may have.
  case titleTooLarge
  /// A title holds a character that cannot be shown, by its code point.
  case controlCharacter(UInt32)
  /// A command's key is not 1 to ``CommandKey/limit`` of the characters allowed.
  case invalidCommandKey
  /// A command's key has been used for another command.
  case usedCommandKey
  /// There is no such list.
  case noSuchList(ListName)
  /// There is no such todo in that list.
  case noSuchTodo(Todo.ID, in: ListName)
  /// The deletion is unknown, undone already or too long ago.
  case noSuchDeletion(DeletionID)
  /// The list holds as many todos as it may.
  case tooManyTodos(limit: Int)
  /// The titles of the list's todos would take more bytes together than they may.
  case titlesTooLarge(limit: Int)
  /// There are as many lists as there may be.
  case tooManyLists(limit: Int)
  /// The database cannot do it now: locked, full, read-only or broken.
  case unavailable(reason: String, fault: StoreFault = .other)
  /// The database cannot be opened.
  case cannotOpen(path: String, reason: String)

  /// One line: what is wrong, with what, and what to do; fit to be shown to users.
  public var description: String {
    switch self {
    case .invalidListName: "a list's name is 1 to \(ListName.limit) of a to z, 0 to 9 and -"
    case .blankTitle: "the title is blank: write something"
    case .titleTooLong: "the title is too long: write at most \(Title.limit) characters"
    case .titleTooLarge: "the title is too long: write at most \(Title.byteLimit) bytes"
    case .controlCharacter(let code): "the title holds the control character U+\(hex(code)): leave it out"
    case .invalidCommandKey: "a command's key is 1 to \(CommandKey.limit) of A to Z, a to z, 0 to 9, _ and -"
    case .usedCommandKey: "this command's key has been used for another command: make a new one for each"
    case .noSuchList(let name): "there is no list \(name)"
    case .noSuchTodo(let id, let list): "there is no todo \(id) in the list \(list); somebody may have deleted it"
    case .noSuchDeletion: "this cannot be undone any more"
    case .tooManyTodos(let limit): "the list is full: it holds \(limit) todos; delete some first, or begin another list"
    case .titlesTooLarge(let limit):
      "the list is full: its titles may take \(limit) bytes together; delete some todos, or begin another list"
    case .tooManyLists(let limit): "there are \(limit) lists, which is the limit: delete one first"
    case .unavailable(let reason, _): "the database is not available: \(reason)"
    case .cannotOpen(let path, let reason): "cannot open the database \(path): \(reason)"
    }
  }

  private func hex(_ code: UInt32) -> String {
    let digits = String(code, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
