import DatastarPubSub
import Locking
import Todos

/// Shows on the pages of each list how many have it open, the streams on a topic that every one of them is on, and which
/// todos they are editing.
///
/// It is told of every join and leave by the pub/sub core and gathers them for a moment, so that a thousand tabs that
/// come at once cost a few events each and not a thousand. Where there are other servers, each says how many it has on a
/// second topic, and shows the sum.
final class Presence: Sendable {
  /// How long joins and leaves are gathered.
  private static let gathering = Duration.milliseconds(200)

  private let views: Views
  /// This server's name among the others.
  private let name = String(UInt64.random(in: 0 ... .max), radix: 36)
  private let state = Locked(State())

  private struct State {
    var broadcaster: Broadcaster?
    /// What the others say comes here.
    var ear: Connection?
    /// The lists whose number has to be shown, and whether it has to be said to the others as well.
    var due: [ListName: Bool] = [:]
    var others: [ListName: Headcount] = [:]
    var editors: [ListName: Editors] = [:]
    /// The lists whose editors are looked at from time to time.
    var watched: Set<ListName> = []
    var sequence: Int64 = 0
  }

  private static let prefix = "presence:"
  private static let countsPrefix = "counts:"

  /// The topic that counts those who have a list open.
  static func topic(of list: ListName) -> Topic { "\(prefix)\(list)" }

  private static func countsTopic(of list: ListName) -> Topic { "\(countsPrefix)\(list)" }

  init(views: Views) {
    self.views = views
  }

  /// Makes the pub/sub core that tells of joins and leaves, and by which they are shown.
  func broadcaster(_ configuration: Configuration) -> Broadcaster {
    var configuration = configuration
    let (onSubscribe, onUnsubscribe) = (configuration.onSubscribe, configuration.onUnsubscribe)
    configuration.onSubscribe = { [weak self] topic, connection in
      onSubscribe(topic, connection)
      topic.list(after: Self.prefix).map { self?.changed($0) }
    }
    configuration.onUnsubscribe = { [weak self] topic, connection in
      onUnsubscribe(topic, connection)
      topic.list(after: Self.prefix).map { self?.changed($0) }
    }
    let broadcaster = Broadcaster(configuration)
    state.withLock { $0.broadcaster = broadcaster }
    if broadcaster.link != nil { joinOthers(broadcaster) }
    return broadcaster
  }

  private func changed(_ list: ListName, isToBeSaid: Bool = true) {
    let isFirst = state.withLock { state in
      defer { state.due[list] = isToBeSaid || state.due[list] == true }
      return state.due[list] == nil
    }
    guard isFirst else { return }
    Task {
      try? await Task.sleep(for: Self.gathering)
      show(list)
    }
  }

  private func show(_ list: ListName) {
    let (broadcaster, isToBeSaid) = state.withLock { ($0.broadcaster, $0.due.removeValue(forKey: list) == true) }
    guard let broadcaster else { return }
    let count = count(of: list, at: broadcaster)
    if count == 0 { state.withLock { $0.editors[list] = nil } }
    if isToBeSaid { say(count, of: list, by: broadcaster) }
    guard count > 0 else { return }
    let (sequence, others, edits) = state.withLock { state in
      state.sequence += 1
      let edits = (state.others[list]?.edits ?? []) + [state.editors[list]?.text].compactMap { $0 }
      return (state.sequence, state.others[list]?.total ?? 0, edits.joined(separator: " "))
    }
    // Here only: every server shows its own pages what it knows.
    broadcaster.manager.deliver(
      Payload(views.presence(count + others, edits: edits), version: .init(revision: 0, sequence: sequence)),
      to: Self.topic(of: list))
  }

  /// Shows to the others that a tab edits a todo of a list, or none any more.
  func note(_ todo: Todo.ID?, by tab: Editors.Tab, in list: ListName) {
    // Nobody who has the list open could say so of a list that nobody has open.
    guard let broadcaster = state.withLock({ $0.broadcaster }), count(of: list, at: broadcaster) > 0 else { return }
    let (isNews, isFirst) = state.withLock { state in
      var editors = state.editors[list] ?? Editors()
      let isNews = editors.note(todo, by: tab)
      state.editors[list] = editors.isEmpty ? nil : editors
      return (isNews, !editors.isEmpty && state.watched.insert(list).inserted)
    }
    if isNews { changed(list) }
    if isFirst { forgetSilentEditors(of: list) }
  }

  /// Looks from time to time, for as long as a list has editors, which of them have gone without a word.
  private func forgetSilentEditors(of list: ListName) {
    Task { [weak self] in
      var isWatched = true
      while isWatched, (try? await Task.sleep(for: Editors.memory / 3)) != nil, let self {
        let isNews = state.withLock { state in
          guard var editors = state.editors[list] else { return false }
          defer { state.editors[list] = editors.isEmpty ? nil : editors }
          return editors.forget()
        }
        if isNews { changed(list) }
        isWatched = state.withLock { $0.editors[list] != nil || $0.watched.remove(list) == nil }
      }
    }
  }

  private func count(of list: ListName, at broadcaster: Broadcaster) -> Int {
    broadcaster.manager.subscriberCount(of: Self.topic(of: list))
  }
}

// MARK: - Other servers

extension Presence {
  private func joinOthers(_ broadcaster: Broadcaster) {
    let ear = Connection { [weak self] frame, topic in
      guard let self else { return .gone }
      if let list = topic.list(after: Self.countsPrefix), let word = Headcount.Word(frame.payload) {
        hear(word, of: list)
      }
      return .accepted
    }
    state.withLock { $0.ear = ear }
    broadcaster.onGap { [weak self] topic in
      guard let self, let list = topic.list(after: Self.countsPrefix) else { return }
      say(count(of: list, at: broadcaster), of: list, asks: true, by: broadcaster)
    }
    Task { [weak self] in
      while (try? await Task.sleep(for: Headcount.interval)) != nil, let self { repeatAll(broadcaster) }
    }
  }

  /// Says a number to the others, where there are any.
  private func say(_ count: Int, of list: ListName, asks: Bool = false, by broadcaster: Broadcaster) {
    guard let ear = state.withLock({ $0.ear }) else { return }
    let topic = Self.countsTopic(of: list)
    if count > 0 {
      // Where this fails, only this server's own are shown.
      try? broadcaster.manager.subscribe(ear, to: topic)
    } else {
      broadcaster.manager.unsubscribe(ear.id, from: topic)
      state.withLock { $0.others[list] = nil }
    }
    let edits = state.withLock { $0.editors[list]?.text } ?? ""
    broadcaster.publish(Headcount.Word(server: name, count: count, asks: asks, edits: edits).payload, to: topic)
  }

  private func hear(_ word: Headcount.Word, of list: ListName) {
    guard word.server != name else { return }
    let isNews = state.withLock { $0.others[list, default: Headcount()].hear(word) }
    if isNews || word.asks { changed(list, isToBeSaid: word.asks) }
  }

  /// Says all numbers again, for those who have missed one, and forgets the servers that no longer do.
  private func repeatAll(_ broadcaster: Broadcaster) {
    let outdated = state.withLock { state in
      state.others.keys.filter { state.others[$0]?.forget() == true }
    }
    for list in outdated { changed(list, isToBeSaid: false) }
    for list in broadcaster.manager.topics.compactMap({ $0.list(after: Self.prefix) }) {
      say(count(of: list, at: broadcaster), of: list, by: broadcaster)
    }
  }

  /// Says to the others that nobody is here any more.
  func leave() {
    guard let broadcaster = state.withLock({ $0.broadcaster }) else { return }
    for list in broadcaster.manager.topics.compactMap({ $0.list(after: Self.countsPrefix) }) {
      say(0, of: list, by: broadcaster)
    }
  }
}
