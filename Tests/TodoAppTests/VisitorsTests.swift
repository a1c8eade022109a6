import DatastarPubSub
import Testing
import TodoStorage

@testable import TodoApp

@Suite("Visitors: the browsers that have a list open") struct VisitorsTests {
  private func connection() -> Connection.ID { Connection { _, _ in .accepted }.id }

  @Test("a browser is here for as long as one of its pages is")
  func windows() {
    var visitors = Visitors()
    let streams = [connection(), connection(), connection()]
    for (stream, browser) in zip(streams, [1, 1, 2] as [UInt64]) { visitors.open(stream, by: browser) }
    visitors.enter(1)
    #expect(Set(visitors.browsers) == [1, 2] && visitors.streamCount == 3)
    for stream in streams { visitors.close(stream) }
    #expect(Set(visitors.browsers) == [1] && visitors.streamCount == 0)
    visitors.leave(1)
    #expect(visitors.isEmpty)
  }

  @Test("a stream that has not said which browser it is leaves nothing when it ends")
  func nameless() {
    var visitors = Visitors()
    visitors.open(connection(), by: 1)
    visitors.close(connection())
    #expect(Set(visitors.browsers) == [1] && visitors.streamCount == 1)
  }
}

@Suite("Askers: browsers whose pages hold no stream") struct AskersTests {
  private let start = ContinuousClock.now

  private func asker(_ browser: UInt64) throws -> Askers.Asker { .init(list: try ListName("a"), browser: browser) }

  @Test("a browser is here for as long as it asks")
  func memory() throws {
    var askers = Askers()
    let (one, other) = (try asker(1), try asker(2))
    let isNew = [(one, 0), (other, 0), (one, 4)].map { askers.note($0, at: start + .seconds($1)) }
    #expect(isNew == [true, true, false])
    #expect(askers.forget(at: start + Askers.memory) == [other])
    #expect(!askers.isEmpty)
    #expect(askers.forget(at: start + Askers.memory + .seconds(4)) == [one])
    #expect(askers.isEmpty)
  }

  @Test("no more are held than the limit, whoever asks")
  func flood() throws {
    var askers = Askers()
    for browser in 0..<UInt64(Askers.limit + 100) { _ = askers.note(try asker(browser), at: start) }
    let isNew = askers.note(try asker(UInt64(Askers.limit) + 200), at: start)
    #expect(!isNew)
    #expect(askers.forget(at: start + Askers.memory).count == Askers.limit)
  }
}
