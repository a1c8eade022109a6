import DatastarPubSub
import Locking
import Todos

/// Shows on the pages of each list how many have it open: the streams on a topic that every one of them is on.
///
/// It is told of every join and leave by the pub/sub core and gathers them for a moment, so that a thousand tabs that
/// come at once cost a few events each and not a thousand.
final class Presence: Sendable {
  /// How long joins and leaves are gathered.
  private static let gathering = Duration.milliseconds(200)

  private let views: Views
  private let state = Locked(State())

  private struct State {
    var broadcaster: Broadcaster?
    /// The topics with joins or leaves that have not been shown.
    var due: Set<Topic> = []
    var sequence: Int64 = 0
  }

  private static let prefix = "presence:"

  /// The topic that counts those who have a list open.
  static func topic(of list: ListName) -> Topic { "\(prefix)\(list)" }

  init(views: Views) {
    self.views = views
  }

  /// Makes the pub/sub core that tells of joins and leaves, and by which they are shown.
  func broadcaster(_ configuration: Configuration) -> Broadcaster {
    var configuration = configuration
    let (onSubscribe, onUnsubscribe) = (configuration.onSubscribe, configuration.onUnsubscribe)
    configuration.onSubscribe = { [weak self] topic, connection in
      onSubscribe(topic, connection)
      self?.changed(topic)
    }
    configuration.onUnsubscribe = { [weak self] topic, connection in
      onUnsubscribe(topic, connection)
      self?.changed(topic)
    }
    let broadcaster = Broadcaster(configuration)
    state.withLock { $0.broadcaster = broadcaster }
    return broadcaster
  }

  private func changed(_ topic: Topic) {
    guard topic.name.hasPrefix(Self.prefix), state.withLock({ $0.due.insert(topic).inserted }) else { return }
    Task {
      try? await Task.sleep(for: Self.gathering)
      show(topic)
    }
  }

  private func show(_ topic: Topic) {
    let (broadcaster, sequence) = state.withLock { state in
      state.due.remove(topic)
      state.sequence += 1
      return (state.broadcaster, state.sequence)
    }
    guard let broadcaster, case let count = broadcaster.manager.subscriberCount(of: topic), count > 0 else { return }
    broadcaster.publish(Payload(views.presence(count), version: .init(revision: 0, sequence: sequence)), to: topic)
  }
}
