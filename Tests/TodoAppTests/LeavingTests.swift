import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: clients that send a command and leave", .timeLimit(.minutes(1))) struct LeavingTests {
  private static let form = "application/x-www-form-urlencoded"

  /// Sends a command and leaves at once, without a word or with one.
  private func sendAndLeave(
    _ path: String, body: String, type: String = form, to app: RunningApp, says: Bool
  ) async throws {
    let client = try ClientConnection(to: app.address)
    try await client.request("POST", path, headers: ["Content-Type": type], body: body)
    if says { client.finishSending() }
  }

  @Test("each command is carried out wholly or not at all, nothing hangs, and nothing is taken for a failure")
  func commands() async throws {
    let log = LogRecorder()
    try await RunningApp.with(logger: log.logger) { app in
      let lines = (1...400).map { "- [x] todo \($0)\n" }.joined()
      for number in 1...60 {
        let says = number.isMultiple(of: 2)
        try await sendAndLeave("/todos/a", body: "newTodo=x\(number)", to: app, says: says)
        guard number.isMultiple(of: 10) else { continue }
        try await sendAndLeave("/lists/b/import", body: lines, type: "text/markdown", to: app, says: says)
        try await sendAndLeave("/todos/b/clear-completed", body: "", to: app, says: says)
      }
      // Whoever stays is answered, also behind what the others have asked for.
      #expect(try await app.post("/todos/a", form: "newTodo=last").status == 303)
      #expect(try await app.post("/todos/b/toggle-all", json: #"{"completed":true}"#).status == 204)
      let titles = try await app.titles("a")
      #expect(Set(titles).count == titles.count && titles.count <= 61 && titles.contains("last"))
      #expect(try await app.titles("b").count.isMultiple(of: 400))
    }
    let failures = log.lines.filter { $0.level > .info || "\($0.metadata["status"] ?? "")".hasPrefix("5") }
    #expect(failures.map(\.message) == [])
  }
}
