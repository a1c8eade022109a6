import DatastarLocking
import DatastarPubSub
import TodoStorage

/// Shows on the pages of each list how many browsers have it open, and which todos are being edited in them.
///
/// Those of streams are on a topic, each stream that has not said which browser it is of counting as one; those of pages
/// that hold no stream are noted when they ask. Joins and leaves are gathered for a moment, so that a thousand tabs that
/// come at once cost a few events each and not a thousand. Where there are other servers, each says what it has on a
/// second topic, and shows the sum.
final class Presence: Sendable {
  /// How long joins and leaves are gathered.
  private static let gathering = Duration.milliseconds(200)

  private let views: Views
  let broadcaster: Broadcaster
  /// This server's name among the others.
  let name = String(UInt64.random(in: 0 ... .max), radix: 36)
  let state = Locked(State())

  struct State {
    /// What the others say comes here.
    var receiver: Connection?
    /// The lists whose number has to be shown, and whether it has to be said to the others as well.
    var due: [ListName: Bool] = [:]
    /// What was shown last on each list that somebody has open.
    var lines: [ListName: Line] = [:]
    var visitors: [ListName: Visitors] = [:]
    var askers = Askers()
    var others: [ListName: Headcount] = [:]
    var editors: [ListName: Editors] = [:]
    /// The lists whose editors are looked at from time to time.
    var watched: Set<ListName> = []
    var sequence: Int64 = 0

    mutating func change(_ list: ListName, _ change: (inout Visitors) -> Void) {
      change(&visitors[list, default: Visitors()])
      if visitors[list]?.isEmpty == true { visitors[list] = nil }
    }
  }

  /// The line that says who is here.
  struct Line {
    let mark: String
    let event: [UInt8]
  }

  static let prefix = "presence:"

  /// The topic on which those who have a list open are shown.
  static func topic(of list: ListName) -> Topic { "\(prefix)\(list)" }

  /// Shows by a broadcaster who joins and leaves it.
  init(views: Views, broadcaster: Broadcaster) {
    (self.views, self.broadcaster) = (views, broadcaster)
    broadcaster.onSubscribe { [weak self] topic, _ in
      topic.list(after: Self.prefix).map { self?.changed($0) }
    }
    broadcaster.onUnsubscribe { [weak self] topic, connection in
      topic.list(after: Self.prefix).map { self?.left(connection, $0) }
    }
    if broadcaster.status != nil { joinOthers() }
  }

  func changed(_ list: ListName, isToBeSaid: Bool = true) {
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
    let isToBeSaid = state.withLock { $0.due.removeValue(forKey: list) == true }
    let count = count(of: list)
    if count == 0 { state.withLock { ($0.editors[list], $0.lines[list]) = (nil, nil) } }
    if isToBeSaid { say(of: list) }
    guard count > 0 else { return }
    let (others, edits) = state.withLock { state in
      let own = state.visitors[list] ?? Visitors()
      let edits = (state.others[list]?.edits ?? []) + [state.editors[list]?.text].compactMap { $0 }
      return (state.others[list]?.count(without: own) ?? 0, edits.joined(separator: " "))
    }
    let mark = String("\(count + others) \(edits)".utf8.digest, radix: 36)
    let line = Line(mark: mark, event: views.presence(count + others, edits: edits, mark: mark))
    let sequence = state.withLock { state in
      state.lines[list] = line
      state.sequence += 1
      return state.sequence
    }
    // Here only: every server shows its own pages what it knows.
    broadcaster.deliver(
      Payload(line.event, version: .init(revision: 0, sequence: sequence)), to: Self.topic(of: list))
  }

  /// How many have a list open at this server.
  func count(of list: ListName) -> Int {
    let streams = broadcaster.subscriberCount(of: Self.topic(of: list))
    let visitors = state.withLock { $0.visitors[list] } ?? Visitors()
    return visitors.browsers.count + max(streams - visitors.streamCount, 0)
  }
}

// MARK: - Browsers

extension Presence {
  /// Notes which browser a stream on a list's topic is of.
  func note(_ browser: ClientID, _ connection: Connection.ID, on list: ListName) {
    state.withLock { $0.change(list) { $0.open(connection, by: browser.digest) } }
    changed(list)
  }

  private func left(_ connection: Connection.ID, _ list: ListName) {
    state.withLock { $0.change(list) { $0.close(connection) } }
    changed(list)
  }

  /// Notes that a page asks what is newer on a list, and returns who is here, unless the page shows that.
  ///
  /// - Parameters:
  ///   - browser: the page's; nil counts as nobody.
  ///   - mark: what the page shows.
  func asked(by browser: ClientID?, on list: ListName, showing mark: String?) -> [UInt8] {
    if let browser { note(Askers.Asker(list: list, browser: browser.digest)) }
    guard let line = state.withLock({ $0.lines[list] }), line.mark != mark else { return [] }
    return line.event
  }

  private func note(_ asker: Askers.Asker) {
    let (isNew, isFirst) = state.withLock { state in
      let isFirst = state.askers.isEmpty
      let isNew = state.askers.note(asker)
      if isNew { state.change(asker.list) { $0.enter(asker.browser) } }
      return (isNew, isFirst)
    }
    if isNew { changed(asker.list) }
    if isFirst { forgetSilentAskers() }
  }

  /// Looks every second, for as long as pages ask, which of them no longer do.
  private func forgetSilentAskers() {
    Task { [weak self] in
      var isOver = false
      while !isOver, (try? await Task.sleep(for: .seconds(1))) != nil, let self {
        let silent = state.withLock { state in
          let silent = state.askers.forget()
          for asker in silent { state.change(asker.list) { $0.leave(asker.browser) } }
          isOver = state.askers.isEmpty
          return silent
        }
        for list in Set(silent.map(\.list)) { changed(list) }
      }
    }
  }
}
