import DatastarPubSub

/// The newest state that a client has had of each topic, of which it sees one or two.
struct SentVersions {
  /// The id of the last event that the client had before it came back.
  let lastEventID: String?
  private var versions: [(topic: Topic, version: Payload.Version)] = []

  init(lastEventID: String?) {
    self.lastEventID = lastEventID
  }

  /// Notes that a state is about to be sent, and answers whether it is to be: not if the client has had it or a newer
  /// one, or came back with its id.
  mutating func advance(to version: Payload.Version, of topic: Topic) -> Bool {
    guard let index = versions.firstIndex(where: { $0.topic == topic }) else {
      versions.append((topic, version))
      return lastEventID == nil || version.eventID?.value != lastEventID
    }
    guard versions[index].version < version else { return false }
    versions[index].version = version
    return true
  }
}
