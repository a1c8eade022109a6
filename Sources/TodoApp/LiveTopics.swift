import DatastarPubSub
import Locking
import Logging
import Todos

/// What is shown live, each by a topic of its own.
enum LiveTopic: Hashable, Sendable {
  /// One list with its todos.
  case list(ListName)
  /// All lists with their counts.
  case index

  var topic: Topic {
    switch self {
    case .list(let name): "todos:\(name)"
    case .index: "lists"
    }
  }
}

/// Shows the store's state to all that are on a topic.
///
/// A change marks its topics; each is then rendered from the store and broadcast whole. One render of a topic is under
/// way at a time, and a topic that changed meanwhile is rendered once more after it: every change is followed by a
/// broadcast that shows it, and a burst of changes shares a few.
final class LiveTopics: Sendable {
  private let store: TodoStore
  private let views: Views
  private let broadcaster: Broadcaster
  private let logger: Logger
  private let renders = Locked<[LiveTopic: Render]>([:])

  private enum Render {
    case underWay
    /// The topic has changed since the render that is under way began.
    case underWayAndDueAgain
  }

  init(store: TodoStore, views: Views, broadcaster: Broadcaster, logger: Logger) {
    (self.store, self.views, self.broadcaster, self.logger) = (store, views, broadcaster, logger)
  }

  /// Brings all that is shown in step with a change, soon and without being waited for.
  func changed(_ change: Change) {
    guard change.didChange else { return }
    for topic in Self.showing(change.list) { refresh(topic) }
    guard let deletion = change.deletion else { return }
    let offer = views.offerToUndo(deletion)
    broadcaster.publish(offer, to: LiveTopic.list(change.list).topic)
    if case .list = deletion.subject { broadcaster.publish(offer, to: LiveTopic.index.topic) }
  }

  /// Brings all in step with an undo, and takes the offer to undo away.
  func undone(_ deletion: DeletionID, by change: Change) {
    changed(change)
    for topic in Self.showing(change.list) { broadcaster.publish(views.offerTaken(deletion), to: topic.topic) }
  }

  /// The state of a topic as it is stored now.
  func frame(of topic: LiveTopic) async throws(TodosError) -> Payload {
    switch topic {
    case .list(let name): views.frame(of: try await store.list(name))
    case .index: views.frame(of: try await store.lists())
    }
  }

  private static func showing(_ list: ListName) -> [LiveTopic] { [.list(list), .index] }

  private func refresh(_ topic: LiveTopic) {
    // Whoever comes later asks for the state on their own, after they have subscribed.
    guard broadcaster.manager.subscriberCount(of: topic.topic) > 0 else { return }
    let isIdle = renders.withLock { renders in
      defer { renders[topic] = renders[topic] == nil ? .underWay : .underWayAndDueAgain }
      return renders[topic] == nil
    }
    guard isIdle else { return }
    Task {
      repeat {
        do {
          broadcaster.publish(try await frame(of: topic), to: topic.topic)
        } catch {
          logger.error("a topic cannot be shown", metadata: ["topic": "\(topic.topic)", "error": "\(error)"])
        }
      } while isDueAgain(topic)
    }
  }

  private func isDueAgain(_ topic: LiveTopic) -> Bool {
    renders.withLock { renders in
      let isDue = renders[topic] == .underWayAndDueAgain
      renders[topic] = isDue ? .underWay : nil
      return isDue
    }
  }
}
