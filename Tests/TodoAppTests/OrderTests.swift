import DatastarLocking
import Testing
import TodoTestSupport
import TodoStorage

/// Random commands and faults: whatever happens, no stream goes back, and all end on what is stored.
@Suite("TodoApp: order under faults") struct OrderTests {
  private static let list = "a"

  @Test(
    "no stream ever goes back, and all end on what is stored, under concurrent commands, lost and late broadcasts, a locked database, slow readers and returns",
    arguments: [1, 2, 3] as [UInt64])
  func order(seed: UInt64) async throws {
    try await RunningApp.with(loops: 3) {
      $0.pubSub.backend = FaultyBackend(seed: seed)
    } _: { app in
      let end = Locked<Int64?>(nil)
      try await withThrowingTaskGroup { group in
        for number in 0..<12 {
          group.addTask {
            var tab = Tab(app: app, random: SplitMix64(seed: seed &* 100 &+ UInt64(number)), end: end)
            try await tab.follow()
          }
        }
        try await command(app, seed)
        let list = try await app.store.list(ListName(Self.list))
        end.withLock { $0 = list.revision + 1 }
        let last = try await app.post("/todos/a", json: #"{"newTodo":"the end"}"#)
        #expect(last.status == 201)
        try await group.waitForAll()
      }
    }
  }

  /// Sends commands from four clients at once while the database is locked once for longer than commands wait.
  private func command(_ app: RunningApp, _ seed: UInt64) async throws {
    try await withThrowingTaskGroup { group in
      for client in 1...4 as ClosedRange<UInt64> {
        group.addTask {
          var random = SplitMix64(seed: seed &* 1_000 &+ client)
          for _ in 0..<40 {
            let (path, json) = Self.randomCommand(&random)
            let status = try await app.post(path, json: json).status
            #expect([201, 204, 404, 503].contains(status), "\(path) was answered \(status)")
          }
        }
      }
      group.addTask { try await app.withLockedDatabase { try await Task.sleep(for: .seconds(2.2)) } }
      try await group.waitForAll()
    }
  }

  private static func randomCommand(_ random: inout SplitMix64) -> (path: String, json: String) {
    let id = Int.random(in: 1...40, using: &random)
    return switch Int.random(in: 0..<14, using: &random) {
    case 0..<6: ("/todos/a", #"{"newTodo":"\#(random.next())"}"#)
    case 6: ("/todos/a/\(id)/toggle", "{}")
    case 7: ("/todos/a/\(id)/edit", #"{"title":"\#(random.next())"}"#)
    case 8: ("/todos/a/\(id)/delete", "{}")
    case 9: ("/todos/a/\(id)/move", #"{"after":null}"#)
    case 10: ("/todos/a/clear-completed", "{}")
    case 11: ("/lists/a/rename", #"{"name":"\#(random.next())"}"#)
    case 12: ("/lists/a/delete", "{}")
    default: ("/undo/\(id / 3)", "{}")
    }
  }
}

/// One reader of the list, which leaves and comes back by chance and checks what it is sent.
private struct Tab {
  let app: RunningApp
  var random: SplitMix64
  /// The revision of the last frame, once it is known.
  let end: Locked<Int64?>
  /// What is shown, once anything is.
  private var shown: ShownList?

  init(app: RunningApp, random: SplitMix64, end: Locked<Int64?>) {
    (self.app, self.random, self.end) = (app, random, end)
  }

  /// Reads until the last frame has come, and compares it with the store.
  mutating func follow() async throws {
    while true {
      try await visit()
      guard let shown, let end = end.withLock({ $0 }), shown.revision == end else { continue }
      let stored = try await app.store.list(ListName("a"))
      #expect(shown.ids == stored.todos.map(\.id))
      for (row, todo) in zip(shown.rows, stored.todos) { #expect(row.html.contains(">\(todo.title)</label>")) }
      return
    }
  }

  /// Opens a stream, with what is shown or as a new page, and reads for a while or until the last state has come.
  private mutating func visit() async throws {
    let isSlow = Int.random(in: 0..<4, using: &random) == 0
    let connection = try ClientConnection(to: app.address, receiveBuffer: isSlow ? 4096 : nil)
    var headers = Bool.random(using: &random) ? ["Accept-Encoding": "gzip"] : [:]
    if let revision = shown?.revision, Bool.random(using: &random) {
      headers["Last-Event-ID"] = "\(revision)"
    } else {
      shown = nil
    }
    let stream = try await EventReader("/subscribe/a", on: connection, headers: headers)
    for _ in 0..<Int.random(in: 1..<30, using: &random) {
      // A stream that could not be begun, because the database was locked, is ended; it is opened again.
      guard let event = try await stream.next() else { return }
      if isSlow { try await Task.sleep(for: .milliseconds(5)) }
      let before = shown?.revision ?? 0
      var now = shown ?? ShownList()
      try now.apply(event)
      if let revision = now.revision {
        #expect(revision >= before, "a stream was sent \(revision) after \(before)")
        shown = now
      }
      if let end = end.withLock({ $0 }), shown?.revision == end { return }
    }
  }
}
