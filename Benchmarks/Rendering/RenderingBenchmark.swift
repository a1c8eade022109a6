import Foundation
import HTMLTemplate
import TodoApp
import TodoStorage

/// Prints how many microseconds the frame of a list takes to render, as JSON by its number of todos.
@main
struct RenderingBenchmark {
  static func main() async throws {
    guard CommandLine.arguments.count == 2 else {
      FileHandle.standardError.write(Data("usage: rendering-benchmark PROJECT\n".utf8))
      exit(2)
    }
    let views = try Views(Templates(directory: CommandLine.arguments[1] + "/Templates"), hasVendoredClient: true)
    var times: [String] = []
    for count in [100, 1000] { times.append("\"\(count)\": \(try await microseconds(count, views))") }
    print("{\(times.joined(separator: ", "))}")
  }

  /// The median of many runs.
  private static func microseconds(_ count: Int, _ views: Views) async throws -> Double {
    let file = FileManager.default.temporaryDirectory.appending(path: "rendering-\(UUID()).sqlite").path
    defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) } }
    let store = try SQLiteStore(path: file)
    let name = try ListName("bench")
    let todos = try (0..<count).map { number in
      NewTodo(try Title("Buy item number \(number) at the shop"), isCompleted: number % 3 == 0)
    }
    _ = try await store.add(todos, to: name)
    let list = try await store.list(name)
    var times: [Double] = []
    for _ in 0..<500 {
      let clock = ContinuousClock()
      var size = 0
      let time = clock.measure { size = views.frame(of: list).bytes.count }
      precondition(size > count * 100)
      times.append(time / .microseconds(1))
    }
    try store.close()
    return times.sorted()[times.count / 2]
  }
}
