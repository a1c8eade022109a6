import DatastarLocking
import LibeventHTTP
import Testing

@testable import TodoApp

@Suite("LargeWork: whose turn it is") struct LargeWorkTests {
  private static let large = 1 << 30
  private let client = ClientAddress("127.0.0.1") ?? .unknown

  /// Work that goes on until it is told to end.
  private struct Endless {
    private let ending: AsyncStream<Void>.Continuation
    private let task: Task<Void, any Error>

    /// Returns when it is under way.
    init(_ work: LargeWork) async {
      let ((begin, begun), (end, ending)) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
      self.ending = ending
      task = Task {
        try await work.run(LargeWorkTests.large, for: .update) {
          begun.finish()
          for await _ in end {}
        }
      }
      for await _ in begin {}
    }

    func stop() async throws {
      ending.finish()
      try await task.value
    }
  }

  @Test("what is small is done at once, whatever is under way")
  func small() async throws {
    let work = LargeWork(limit: 1)
    let endless = await Endless(work)
    #expect(try await work.run(LargeWork.smallSize, for: .answer(client)) { work.waitingCount } == 0)
    try await endless.stop()
  }

  @Test("no more is under way at a time than the limit")
  func limit() async throws {
    let work = LargeWork(limit: 3)
    let running = Locked((now: 0, most: 0))
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          try await work.run(Self.large, for: .answer(client)) {
            running.withLock { running in
              running.now += 1
              running.most = max(running.most, running.now)
            }
            for _ in 0..<10 { await Task.yield() }
            running.withLock { $0.now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(running.withLock { (1...3).contains($0.most) && $0.now == 0 })
  }

  @Test("an update comes before an answer of its size, and what is small before what is large")
  func order() async throws {
    let work = LargeWork(limit: 1)
    let endless = await Endless(work)
    let order = Locked<[String]>([])
    let jobs: [(String, Int, LargeWork.Purpose)] = [
      ("large answer", 1 << 40, .answer(client)), ("answer", 1 << 30, .answer(client)), ("update", 1 << 30, .update),
    ]
    var tasks: [Task<Void, any Error>] = []
    for (name, size, purpose) in jobs {
      tasks.append(Task { try await work.run(size, for: purpose) { order.withLock { $0.append(name) } } })
      while work.waitingCount < tasks.count { await Task.yield() }
    }
    try await endless.stop()
    for task in tasks { try await task.value }
    #expect(order.withLock { $0 } == ["update", "answer", "large answer"])
  }

  @Test("of more answers than may wait each is refused with 503 and a time to come back; updates are not")
  func bound() async throws {
    let work = LargeWork(limit: 1)
    let endless = await Endless(work)
    let answers = (0..<64).map { _ in Task { try await work.run(Self.large, for: .answer(client)) {} } }
    while work.waitingCount < 64 { await Task.yield() }
    let refused = await #expect(throws: HTTPError.self) { try await work.run(Self.large, for: .answer(client)) {} }
    #expect(refused?.status == .serviceUnavailable && refused?.retryAfter == 1)
    #expect(work.refused == 1 && work.waitingCount == 64)
    let update = Task { try await work.run(Self.large, for: .update) {} }
    while work.waitingCount < 65 { await Task.yield() }
    try await endless.stop()
    try await update.value
    for answer in answers { try await answer.value }
    try await work.run(Self.large, for: .answer(client)) {}
  }

  @Test("one address has no more than its share of those that wait, unless it is this machine's")
  func share() async throws {
    let (work, other) = (LargeWork(limit: 1), try #require(ClientAddress("192.0.2.1")))
    let endless = await Endless(work)
    let answers = (0..<16).map { _ in Task { try await work.run(Self.large, for: .answer(other)) {} } }
    while work.waitingCount < 16 { await Task.yield() }
    let refused = await #expect(throws: HTTPError.self) { try await work.run(Self.large, for: .answer(other)) {} }
    #expect(refused?.status == .tooManyRequests && refused?.retryAfter == 1 && work.refused == 1)
    let others = (0..<17).map { _ in Task { try await work.run(Self.large, for: .answer(client)) {} } }
    while work.waitingCount < 33 { await Task.yield() }
    try await endless.stop()
    for answer in answers + others { try await answer.value }
    try await work.run(Self.large, for: .answer(other)) {}
  }
}
