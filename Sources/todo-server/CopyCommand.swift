import ArgumentParser
import TodoStorage

/// Carries the lists from one database to another.
struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copies all lists from one database to another, which has to be empty; no server may have either open.",
    discussion: "Each is an SQLite file, or postgres://user@host/name in a build with PostgreSQL.")

  @Argument(help: "The database that has the lists.")
  var from: String
  @Argument(help: "The database that they are copied to. A file is made if it is missing.")
  var to: String

  func run() throws {
    let (source, target) = (try StoreOption.location(from), try StoreOption.location(to))
    let copy = try StoreCopy.make(from: source, to: target)
    print("\(target) has \(copy.contents), as \(source) has; digest of both: \(copy.digest)")
  }
}
