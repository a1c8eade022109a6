import DatastarLocking
import DatastarPubSub
import Testing

@Suite("Broadcaster: a state that is not sent", .timeLimit(.minutes(1))) struct NewerStateTests {
  /// The application: at which revision its state is, and how often asking for it fails.
  private struct Stored {
    var revision: Int64 = 0
    var failures = 0
    var questions = 0
  }

  private struct Lost: Error {}

  private let backend = TellingBackend()
  private let stored = Locked(Stored())

  private func broadcaster() -> Broadcaster {
    var configuration = Configuration()
    configuration.backend = backend
    configuration.catchUp = { [stored] _, version in
      try stored.withLock { stored in
        stored.questions += 1
        stored.failures -= 1
        if stored.failures >= 0 { throw Lost() }
        guard version.map({ $0.revision < stored.revision }) ?? true else { return nil }
        return Payload([], version: .init(revision: stored.revision))
      }
    }
    return Broadcaster(configuration)
  }

  /// The revisions that somebody on a topic is shown.
  private func revisions(on topic: Topic, _ broadcaster: Broadcaster) throws -> AsyncStream<Int64?> {
    let (shown, show) = AsyncStream.makeStream(of: Int64?.self)
    try broadcaster.subscribe(
      Connection { frame, _ in
        show.yield(frame.payload.version?.revision)
        return .accepted
      }, to: topic)
    return shown
  }

  @Test("it is announced where nobody here is on the topic and the backend can")
  func announced() throws {
    let broadcaster = broadcaster()
    #expect(broadcaster.announce(.init(revision: 1), of: "a"))
    let connection = Connection { _, _ in .accepted }
    try broadcaster.subscribe(connection, to: "a")
    #expect(!broadcaster.announce(.init(revision: 2), of: "a"))
    broadcaster.unsubscribe(connection.id, from: "a")
    #expect(broadcaster.announce(.init(revision: 3), of: "a"))
    #expect(backend.announced.withLock { $0 } == [.init(revision: 1), .init(revision: 3)])
    #expect(!Broadcaster().announce(.init(revision: 1), of: "a"))
  }

  @Test("it is asked for once and shown, also when asking fails at first", arguments: [0, 1, 2])
  func asked(failures: Int) async throws {
    let broadcaster = broadcaster()
    let shown = try revisions(on: "a", broadcaster)
    stored.withLock { ($0.revision, $0.failures) = (7, failures) }
    backend.tell(.init(revision: 7), of: "a")
    #expect(await shown.first { _ in true } == 7)
    let questions = failures + 1
    #expect(stored.withLock { $0.questions } == questions)
    // What is known of is not asked for again, nor what nobody sees.
    for revision in [6, 7] as [Int64] { backend.tell(.init(revision: revision), of: "a") }
    backend.tell(.init(revision: 8), of: "b")
    stored.withLock { $0.revision = 9 }
    backend.tell(.init(revision: 9), of: "a")
    #expect(await shown.first { _ in true } == 9)
    #expect(stored.withLock { $0.questions } == questions + 1)
  }

  @Test("it is asked for where the application has found it, and fails where the application does")
  func fetched() async throws {
    let broadcaster = broadcaster()
    let shown = try revisions(on: "a", broadcaster)
    stored.withLock { $0.revision = 3 }
    #expect(broadcaster.version(of: "a") == nil)
    try await broadcaster.fetch(.init(revision: 3), of: "a")
    #expect(await shown.first { _ in true } == 3)
    for revision in [2, 3] as [Int64] { try await broadcaster.fetch(.init(revision: revision), of: "a") }
    try await broadcaster.fetch(.init(revision: 4), of: "b")
    #expect(stored.withLock { $0.questions } == 1)
    #expect(broadcaster.version(of: "a") == .init(revision: 3) && broadcaster.version(of: "b") == nil)
    stored.withLock { $0.failures = 1 }
    await #expect(throws: Lost.self) { try await broadcaster.fetch(.init(revision: 4), of: "a") }
  }
}
