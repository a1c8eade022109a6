import DatastarPubSub
import TodoStorage

/// What the servers tell each other of who is at them.
extension Presence {
  private static let countsPrefix = "counts:"

  private static func countsTopic(of list: ListName) -> Topic { "\(countsPrefix)\(list)" }

  func joinOthers() {
    let receiver = Connection { [weak self] frame, topic in
      guard let self else { return .gone }
      if let list = topic.list(after: Self.countsPrefix), let announcement = Headcount.Announcement(frame.payload) {
        hear(announcement, of: list)
      }
      return .accepted
    }
    state.withLock { $0.receiver = receiver }
    broadcaster.onMissedUpdates { [weak self] topic in
      guard let self, let list = topic.list(after: Self.countsPrefix) else { return }
      say(of: list, asks: true)
    }
    Task { [weak self] in
      while (try? await Task.sleep(for: Headcount.interval)) != nil, let self { repeatAll() }
    }
  }

  /// Says to the others, where there are any, who has a list open here.
  func say(of list: ListName, asks: Bool = false) {
    guard let receiver = state.withLock({ $0.receiver }) else { return }
    let topic = Self.countsTopic(of: list)
    let count = count(of: list)
    if count > 0 {
      // Where this fails, only this server's own are shown.
      try? broadcaster.subscribe(receiver, to: topic)
    } else {
      broadcaster.unsubscribe(receiver.id, from: topic)
      state.withLock { $0.others[list] = nil }
    }
    say(count, of: list, asks: asks)
  }

  private func say(_ count: Int, of list: ListName, asks: Bool) {
    let (visitors, editors) = state.withLock { ($0.visitors[list], $0.editors[list]) }
    let browsers = Headcount.Announcement.told(of: visitors.map { Array($0.browsers) } ?? [])
    let announcement = Headcount.Announcement(
      server: name, count: count, asks: asks, browsers: count > 0 ? browsers : [], edits: editors?.text ?? "")
    broadcaster.publish(announcement.payload, to: Self.countsTopic(of: list))
  }

  private func hear(_ announcement: Headcount.Announcement, of list: ListName) {
    guard announcement.server != name else { return }
    let isNews = state.withLock { $0.others[list, default: Headcount()].hear(announcement) }
    if isNews || announcement.asks { changed(list, isToBeSaid: announcement.asks) }
  }

  /// Says all numbers again, for those who have missed one, and forgets the servers that no longer do.
  private func repeatAll() {
    let (outdated, open) = state.withLock { state in
      (state.others.keys.filter { state.others[$0]?.forget() == true }, Array(state.lines.keys))
    }
    for list in outdated { changed(list, isToBeSaid: false) }
    for list in open { say(of: list) }
  }

  /// Says to the others that nobody is here any more, and nothing after that.
  func leave() {
    let receiver = state.withLock { state in
      defer { state.receiver = nil }
      return state.receiver
    }
    guard receiver != nil else { return }
    for list in broadcaster.topics.compactMap({ $0.list(after: Self.countsPrefix) }) {
      say(0, of: list, asks: false)
    }
  }
}
