import DatastarPubSub
import Todos

/// What is stored, as it is shown by a topic.
struct LiveState: Sendable {
  let store: TodoStore
  let views: Views
  let recent = RecentChanges()

  init(store: TodoStore, views: Views) {
    (self.store, self.views) = (store, views)
  }

  /// What is newer on a topic than a version, for who is behind by more than the pub/sub core keeps.
  func catchUp(_ topic: Topic, after version: Payload.Version?) async throws -> Payload? {
    guard let topic = LiveTopic(topic) else { return nil }
    if let version {
      if try revision(of: topic) == version.revision { return nil }
      if let delta = delta(of: topic, recent.changes(of: topic, after: version.revision)) { return delta }
    }
    let snapshot = try await snapshot(of: topic)
    return snapshot.version == version ? nil : snapshot
  }

  /// What turns the state of a topic as it was before some changes into what it is after them; nil where the topic is
  /// better shown whole.
  func delta(of topic: LiveTopic, _ changes: [CommittedChange]) -> Payload? {
    switch topic {
    case .list: views.deltas.list(changes)
    case .index: views.deltas.index(changes)
    }
  }

  /// The whole state of a topic.
  func snapshot(of topic: LiveTopic) async throws(TodosError) -> Payload {
    switch topic {
    case .list(let name): views.frame(of: try await store.list(name))
    case .index: views.frame(of: try await store.lists())
    }
  }

  /// The revision of a topic; nil for a list that is not there.
  private func revision(of topic: LiveTopic) throws(TodosError) -> Int64? {
    switch topic {
    case .list(let name): try store.revision(of: name)
    case .index: try store.latestRevision()
    }
  }
}
