import Testing

@testable import DatastarPubSub

@Suite("TopicHistory: what leads to the newest state") struct TopicHistoryTests {
  private func version(_ revision: Int64) -> Payload.Version { .init(revision: revision) }

  private func snapshot(_ revision: Int64, size: Int = 100) -> Payload {
    Payload([UInt8](repeating: 1, count: size), version: version(revision))
  }

  private func delta(_ from: Int64, _ to: Int64, size: Int = 10) -> Payload {
    Payload([UInt8](repeating: 2, count: size), from: version(from), to: version(to))
  }

  private func history(_ payloads: [Payload], limit: Int = 1000) -> TopicHistory {
    var history = TopicHistory(sizeLimit: limit)
    for payload in payloads { _ = history.append(payload) }
    return history
  }

  /// The path from a state, each payload as `from>to` or `to`.
  private func path(_ history: TopicHistory, from revision: Int64?) -> [String]? {
    history.path(from: revision.map(version))?.map { frame in
      let to = "\(frame.payload.version?.revision ?? -1)"
      return frame.payload.from.map { "\($0.revision)>\(to)" } ?? to
    }
  }

  @Test("who is behind is sent the deltas in between, who shows nothing the snapshot and those after it")
  func paths() {
    let history = history([snapshot(4), delta(4, 5), delta(5, 6), delta(6, 9)])
    #expect(path(history, from: 9) == [])
    #expect(path(history, from: 5) == ["5>6", "6>9"])
    #expect(path(history, from: nil) == ["4", "4>5", "5>6", "6>9"])
    #expect(path(history, from: 3) == ["4", "4>5", "5>6", "6>9"])
    #expect(path(history, from: 10) == nil)
    // Between two that are known of.
    #expect(path(history, from: 7) == nil)
    #expect(path(TopicHistory(sizeLimit: 9), from: nil) == nil)
  }

  @Test("of two paths the shorter one is taken")
  func shorter() {
    let history = history([snapshot(1), delta(1, 2, size: 300), delta(2, 3, size: 300), snapshot(3)])
    #expect(path(history, from: 1) == ["3"])
    #expect(path(self.history([snapshot(1), delta(1, 2)]), from: 1) == ["1>2"])
  }

  @Test("a delta that does not lead on from the newest state leaves no path across the gap")
  func gap() {
    let history = history([snapshot(1), delta(1, 2), delta(3, 4)])
    #expect(path(history, from: 3) == ["3>4"])
    for behind in [nil, 1, 2] as [Int64?] { #expect(path(history, from: behind) == nil) }
  }

  @Test("what is late is no news, and changes nothing")
  func late() {
    var history = history([snapshot(1), delta(1, 2), delta(2, 3)])
    for payload in [delta(1, 2), snapshot(2), delta(2, 3)] {
      let isNews = history.append(payload).isNews
      #expect(!isNews)
    }
    #expect(path(history, from: 1) == ["1>2", "2>3"])
    let isNews = history.append(snapshot(3)).isNews
    #expect(!isNews)
    #expect(path(history, from: nil) == ["3"] && path(history, from: 2) == ["2>3"])
  }

  @Test("deltas are kept up to so many bytes, and a snapshot for as long as they lead on from it")
  func bound() {
    var history = history([snapshot(0)], limit: 55)
    for revision in 1...5 as ClosedRange<Int64> { _ = history.append(delta(revision - 1, revision)) }
    #expect(path(history, from: 0)?.count == 5)
    _ = history.append(delta(5, 6))
    #expect(path(history, from: 0) == nil && path(history, from: nil) == nil && path(history, from: 1)?.count == 5)
    _ = history.append(delta(6, 7, size: 56))
    #expect(path(history, from: 6) == nil && path(history, from: 7) == [])
  }

  @Test("one that is made for who comes later is not sent to the others")
  func news() {
    var history = history([])
    let payloads = [snapshot(1), delta(1, 2), snapshot(2), delta(2, 3), Payload([3])]
    #expect(payloads.map { history.append($0).isNews } == [true, true, false, true, true])
  }

  @Test("what is forgotten is made again for who needs it, and the newest state stays the newest")
  func forgetting() {
    var history = history([snapshot(1), delta(1, 2), delta(2, 3)])
    history.forget()
    #expect(path(history, from: nil) == nil && path(history, from: 2) == nil && path(history, from: 3) == [])
    let (late, same) = (history.append(snapshot(2)).isNews, history.append(snapshot(3)).isNews)
    #expect(!late && !same)
    #expect(path(history, from: nil) == ["3"])
    _ = history.append(delta(3, 4))
    #expect(path(history, from: 3) == ["3>4"])
  }

  @Test("a state that the application has said is the newest is, and nothing leads to it")
  func confirming() {
    var history = history([snapshot(1), delta(1, 2)])
    history.confirm(version(1))
    #expect(path(history, from: 1) == ["1>2"])
    history.confirm(version(5))
    #expect(path(history, from: 5) == [] && path(history, from: 2) == nil && path(history, from: nil) == nil)
  }
}
