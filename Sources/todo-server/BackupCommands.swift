import ArgumentParser
import Foundation
import TodoStorage

/// Copies the database.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Makes a copy of the --database, also while servers use it.")

  @Argument(help: "The file to make.")
  var file: String
  @ParentCommand var server: TodoServer

  func run() throws {
    let contents = try Backup.make(of: StoreOption.file(server.options.databasePath()), at: file)
    print("\(file) has \(contents)")
  }
}

/// Puts a copy back.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Puts a copy in the place of the --database, which no server may have open.")

  @Argument(help: "The copy, made by `todo-server backup`.")
  var file: String
  @Flag(help: "The copy is complete, though made by other means: while no server ran, or by SQLite's own .backup.")
  var complete = false
  @ParentCommand var server: TodoServer

  func run() throws {
    let path = try StoreOption.file(server.options.databasePath())
    let (contents, replaced) = try Backup.restore(file, to: path, isComplete: complete)
    let before = replaced.map { "; what was there is now \($0)" } ?? ""
    print("\(path) has \(contents)\(before)")
  }
}
