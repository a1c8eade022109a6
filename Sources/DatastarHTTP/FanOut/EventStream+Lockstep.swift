import DatastarPubSub

/// A stream goes on together with others for as long as it is sent the same as they are.
extension EventStream {
  /// Goes on together with others that show the same and have been sent the same last, or is the first of them.
  func fallIntoStep() {
    let shown = places.filter { $0.shown != nil }
    let topicStreams = shown.compactMap { outlet.streams(of: $0.topic) }
    guard response.isOpen, response.isDrained, let first = topicStreams.first else { return }
    lockstep = first.lockstep { $0.insert(response, at: shown, &gzip) }
    if lockstep == nil, topicStreams.allSatisfy(\.hasRoom) {
      let own = LockstepStreams(at: shown, gzip, response.framing)
      guard own.insert(response, at: shown, &gzip) else { return }
      for streams in topicStreams { streams.add(own) }
      lockstep = own
    }
    if lockstep != nil { for streams in topicStreams { streams.remove(self) } }
  }

  /// Goes on alone; the stream remembers by itself again what it has been sent.
  func leaveStep() {
    guard let lockstep else { return }
    self.lockstep = nil
    lockstep.remove(response)
    if let common = lockstep.gzip { gzip?.leave(common) }
    for common in lockstep.places {
      if let place = place(on: common.topic) { places[place].shown = common.shown }
      let streams = outlet.streams(of: common.topic)
      streams?.add(self)
      if lockstep.isEmpty { streams?.remove(lockstep) }
    }
  }
}
