import DatastarPubSub

/// A stream goes on together with others for as long as it is sent the same as they are.
extension EventStream {
  /// Goes on together with others that show the same and have been sent the same last, or is the first of them.
  func fallIntoStep() {
    let shown = places.filter { $0.shown != nil }
    let audiences = shown.compactMap { outlet.audience(of: $0.topic) }
    guard response.isOpen, response.isDrained, let first = audiences.first else { return }
    cohort = first.cohort { $0.insert(response, at: shown, &gzip) }
    if cohort == nil, audiences.allSatisfy(\.hasRoom) {
      let own = Cohort(at: shown, gzip, response.framing)
      guard own.insert(response, at: shown, &gzip) else { return }
      for audience in audiences { audience.add(own) }
      cohort = own
    }
    if cohort != nil { for audience in audiences { audience.remove(self) } }
  }

  /// Goes on alone; the stream remembers by itself again what it has been sent.
  func leaveStep() {
    guard let cohort else { return }
    self.cohort = nil
    cohort.remove(response)
    if let common = cohort.gzip { gzip?.leave(common) }
    for common in cohort.places {
      if let place = place(on: common.topic) { places[place].shown = common.shown }
      let audience = outlet.audience(of: common.topic)
      audience?.add(self)
      if cohort.isEmpty { audience?.remove(cohort) }
    }
  }
}
