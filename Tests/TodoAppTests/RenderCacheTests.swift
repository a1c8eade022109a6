import DatastarLocking
import LibeventHTTP
import Testing

@testable import TodoApp
@testable import TodoStorage

@Suite("RenderCache: made once for all") struct RenderCacheTests {
  private let renders = RenderCache(LargeWork(limit: 1))
  private let client = ClientAddress("127.0.0.1") ?? .unknown
  private let count = Locked(0)

  private func stored(_ revision: Int64, rows: Int = 5_000) -> StoredState {
    StoredState(revision: revision, rowCount: rows, titleBytes: 0)
  }

  /// Renders some text of a revision, and counts it.
  private func render(_ revision: Int64, size: Int = 1_000) -> @Sendable () -> RenderCache.Render {
    { [count] in
      count.withLock { $0 += 1 }
      return RenderCache.Render(revision: revision, bytes: Array(repeating: UInt8(revision), count: size))
    }
  }

  /// What is small is not put where connections can share it, and can be looked at.
  private func bytes(_ body: Response.Body) -> [UInt8] {
    if case .bytes(let bytes) = body.content { bytes } else { [] }
  }

  @Test("500 who ask for the same long page at once are answered by one render, and hold the same bytes")
  func together() async throws {
    let (content, large) = (RenderCache.Content.index(undo: nil), render(1, size: 100_000))
    let bodies = try await withThrowingTaskGroup(of: Response.Body.self) { group in
      for _ in 0..<500 {
        group.addTask { try await renders.body(content, isCompressed: false, for: client, of: stored(1), large) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let places = Set(
      bodies.compactMap { body in if case .shared(let shared) = body.content { ObjectIdentifier(shared) } else { nil } }
    )
    #expect(count.withLock { $0 } == 1 && bodies.count == 500 && places.count == 1)
    // Each other form is one of its own.
    _ = try await renders.body(content, isCompressed: true, for: client, of: stored(1), render(1))
    #expect(count.withLock { $0 } == 2)
  }

  @Test("who asks after a change is shown it, also while what was before it is being made")
  func change() async throws {
    let content = RenderCache.Content.json(try ListName("a"))
    let ((begin, begun), (end, ending)) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    let (old, new) = (render(1), render(2))
    let early = Task {
      try await renders.body(content, isCompressed: false, for: client, of: stored(1)) {
        begun.finish()
        for await _ in end {}
        return old()
      }
    }
    for await _ in begin {}
    let late = (0..<20).map { _ in
      Task { try await renders.body(content, isCompressed: false, for: client, of: stored(2)) { new() } }
    }
    for _ in 0..<100 { await Task.yield() }
    ending.finish()
    #expect(try await bytes(early.value).first == 1)
    for task in late { #expect(try await bytes(task.value).first == 2) }
    #expect(count.withLock { $0 } == 2)
  }

  @Test("an error is everybody's who waits for the same, and what is asked for next is made anew")
  func failure() async throws {
    let content = RenderCache.Content.markdown(try ListName("a"))
    await #expect(throws: TodosError.blankTitle) {
      try await renders.body(content, isCompressed: false, for: client, of: stored(1)) { throw TodosError.blankTitle }
    }
    let body = try await renders.body(content, isCompressed: false, for: client, of: stored(1), render(1))
    #expect(bytes(body).count == 1_000)
  }

  @Test("what is kept is bounded in bytes: what was asked for longest ago is given up first")
  func bound() async throws {
    let renders = RenderCache(LargeWork(limit: 1), sizeLimit: 10_000)
    func ask(_ name: String, size: Int = 4_000) async throws {
      let content = RenderCache.Content.json(try ListName(name))
      let short = stored(1, rows: 1)
      _ = try await renders.body(content, isCompressed: false, for: client, of: short, render(1, size: size))
    }
    for name in ["a", "b", "a", "c"] { try await ask(name) }
    #expect(renders.size == 8_000 && count.withLock { $0 } == 3)
    try await ask("a")
    #expect(count.withLock { $0 } == 3)
    try await ask("b")
    #expect(renders.size == 8_000 && count.withLock { $0 } == 4)
    // What would take more than all of it is not kept at all.
    try await ask("d", size: 10_000)
    #expect(renders.size == 8_000)
    try await ask("b")
    #expect(count.withLock { $0 } == 5)
  }

  @Test("forms and notices, of which anybody can ask for any number, push out nothing that is everybody's")
  func personal() async throws {
    let (renders, name) = (RenderCache(LargeWork(limit: 1), sizeLimit: 80_000), try ListName("a"))
    func ask(_ editing: Todo.ID?, _ notice: String? = nil) async throws {
      let content = RenderCache.Content.page(name, .all, editing: editing, undo: nil, notice: notice)
      let short = stored(1, rows: 1)
      _ = try await renders.body(content, isCompressed: false, for: client, of: short, render(1, size: 4_000))
    }
    try await ask(nil)
    for id in 1...100 { try await ask(Todo.ID(id)) }
    for number in 1...100 { try await ask(nil, "\(number) lines were left out") }
    #expect(count.withLock { $0 } == 201 && renders.size == 12_000)
    try await ask(nil)
    #expect(count.withLock { $0 } == 201)
    // Those who ask for the same one share it all the same.
    for _ in 0..<3 { try await ask(7) }
    #expect(count.withLock { $0 } == 202)
  }
}
