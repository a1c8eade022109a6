import DatastarPubSub
import LibeventHTTP
import TodoStorage

/// What is stored, as it is shown by a topic.
struct LiveState: Sendable {
  let store: any TodoStore
  let views: Views
  let work: LargeWork
  let recent = RecentChanges()

  init(store: any TodoStore, views: Views, work: LargeWork) {
    (self.store, self.views, self.work) = (store, views, work)
  }

  /// What is newer on a topic than a version, for who is behind by more than the pub/sub core keeps.
  func catchUp(_ topic: Topic, after version: Payload.Version?) async throws -> Payload? {
    guard let topic = LiveTopic(topic) else { return nil }
    return try await work.run(await size(of: topic, after: version), for: .update) {
      try await newer(on: topic, than: version)
    }
  }

  /// Answers a client with the events that turn a version of a topic into the newest state, and what was offered on the
  /// way; none where nothing is newer.
  ///
  /// - Parameter response: makes the answer in the same turn, since many that wait for another would each hold a state.
  func answer(
    on topic: LiveTopic, after version: Payload.Version?, for client: ClientAddress,
    _ response: @escaping @Sendable ([UInt8]) -> Response
  ) async throws -> Response {
    // Whoever asks after a command of their own may be here before the feed has told of it.
    if let version { try await reachNewest(of: topic, after: version) }
    return try await work.run(await size(of: topic, after: version), for: .answer(client)) {
      guard let payload = try await newer(on: topic, than: version) else { return response([]) }
      // What comes after that state will be asked for by its version.
      let made = version.map { offers(on: topic, after: $0, upTo: payload.version) } ?? []
      return response(payload.bytes + made.flatMap(\.bytes))
    }
  }

  /// Returns when the feed has told of what has made a topic what it is now, or after a moment.
  private func reachNewest(of topic: LiveTopic, after version: Payload.Version) async throws {
    if let newest = try await revision(of: topic) {
      if newest > version.revision { await recent.reach(newest, of: topic) }
    } else if let newest = try await store.state()?.revision, newest > 0 {
      // The list is gone: by one of the changes of the index.
      await recent.reach(newest, of: .index)
    }
  }

  private func newer(on topic: LiveTopic, than version: Payload.Version?) async throws -> Payload? {
    if let version {
      if try await revision(of: topic) == version.revision { return nil }
      let changes = recent.changes(of: topic, after: version.revision)
      if let delta = delta(of: topic, changes) { return delta }
    }
    let snapshot = try await snapshot(of: topic)
    return snapshot.version == version ? nil : snapshot
  }

  /// About how many bytes what is newer on a topic takes.
  private func size(of topic: LiveTopic, after version: Payload.Version?) async throws(TodosError) -> Int {
    guard let state = try await state(of: topic), state.revision != version?.revision else { return 0 }
    let changes = version.map { recent.changes(of: topic, after: $0.revision) } ?? []
    return changes.isEmpty ? state.pageSize : min(state.pageSize, Self.size(of: changes))
  }

  private static func size(of changes: [CommittedChange]) -> Int { changes.reduce(0) { $0 + $1.pageSize } }

  /// Publishes what brings those on a topic from its state before some changes to the newest: a delta, or the state whole
  /// where that is better. Returns what `publish` does.
  ///
  /// - Parameters:
  ///   - isWhole: whether the topic has to be shown whole, whatever has changed.
  ///   - announce: may tell of the state's version in place of the state, and returns whether it has.
  ///   - publish: is called in the turn in which the payload is made, since it compresses what is large.
  func update(
    _ topic: LiveTopic, _ changes: [CommittedChange], isWhole: Bool, announce: (Payload.Version) -> Bool,
    _ publish: @escaping @Sendable (Payload) -> Bool
  ) async throws -> Bool {
    let changes = topic == .index ? changes : changes.merged
    // Where most of it has changed, a delta would wait for its turn in vain.
    if !isWhole, topic == .index || !DeltaViews.areMany(changes) {
      let isPublished = try await work.run(Self.size(of: changes), for: .update) {
        delta(of: topic, changes).map(publish)
      }
      if let isPublished { return isPublished }
    }
    if let last = changes.last, announce(.init(revision: last.revision(of: topic))) { return true }
    return try await work.run(await state(of: topic)?.pageSize ?? 0, for: .update) {
      publish(try await snapshot(of: topic))
    }
  }

  /// What turns the state of a topic as it was before some changes into what it is after them; nil where the topic is
  /// better shown whole.
  private func delta(of topic: LiveTopic, _ changes: [CommittedChange]) -> Payload? {
    switch topic {
    case .list: views.templates.deltas.list(changes)
    case .index: views.templates.deltas.index(changes)
    }
  }

  /// The whole state of a topic.
  private func snapshot(of topic: LiveTopic) async throws -> Payload {
    switch topic {
    case .list(let name): views.frame(of: try await store.list(name))
    case .index: views.frame(of: try await store.lists())
    }
  }

  /// What a change gives to those on a topic to undo, or takes away.
  func offer(_ change: CommittedChange, on topic: LiveTopic) -> Payload? {
    if topic == .index && change.list.name.isUnlisted { return nil }
    switch change.deletion {
    case .undone(let deletion): return views.offerTaken(deletion)
    case .made(let deletion):
      if case .list = deletion.subject { return views.offerToUndo(deletion) }
      return topic == .index ? nil : views.offerToUndo(deletion)
    case nil: return nil
    }
  }

  /// So many offers are made up for, the latest.
  private static let offerLimit = 16

  /// What has been offered to undo on a topic between two versions, and not been undone since, and what was taken away.
  func offers(on topic: LiveTopic, after version: Payload.Version, upTo newest: Payload.Version? = nil) -> [Payload] {
    let changes = recent.kept(of: topic, after: version.revision).prefix {
      $0.revision(of: topic) <= newest?.revision ?? .max
    }
    let undone = Set(changes.compactMap(\.undone))
    let offers = changes.filter { change in change.made.map { !undone.contains($0) } ?? (change.deletion != nil) }
    return Array(offers.compactMap { offer($0, on: topic) }.suffix(Self.offerLimit))
  }

  /// The revision of a topic; nil for a list that is not there.
  func revision(of topic: LiveTopic) async throws(TodosError) -> Int64? { try await state(of: topic)?.revision }

  private func state(of topic: LiveTopic) async throws(TodosError) -> StoredState? {
    switch topic {
    case .list(let name): try await store.state(of: name)
    case .index: try await store.state()
    }
  }
}

extension CommittedChange {
  /// About how many bytes what has changed takes on a page.
  fileprivate var pageSize: Int { todos.reduce(20 * removed.count) { $0 + 450 + 2 * $1.todo.title.utf8.count } }
  /// What can be undone from then on.
  fileprivate var made: DeletionID? { if case .made(let deletion) = deletion { deletion.id } else { nil } }
  /// What has been undone.
  fileprivate var undone: DeletionID? { if case .undone(let id) = deletion { id } else { nil } }
}
