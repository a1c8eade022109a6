import DatastarPubSub

/// What the loop sends.
extension EventStream {
  /// Within what time clients return to a server that has stopped, in milliseconds.
  private static let returnTimes = 500...3_500

  func place(on topic: Topic) -> Int? { places.firstIndex { $0.topic == topic } }

  /// Sends a frame if it is the next one for the client, and otherwise notes what has to be made up for.
  func deliver(_ frame: Frame, of topic: Topic) {
    leaveStep()
    guard response.isOpen, let place = place(on: topic) else { return }
    switch frame.payload.fit(places[place].shown) {
    case .old: fallIntoStep()
    case .next where response.isDrained: write(frame, of: topic)
    case .next where frame.payload.version == nil: wait(frame, topic)
    case .next, .ahead: fallBehind(place)
    }
  }

  func write(_ frame: Frame, of topic: Topic? = nil) {
    leaveStep()
    if let version = frame.payload.version, let place = topic.flatMap(place) { places[place].shown = version }
    let encoded = outlet.encoded(frame, of: topic)
    outlet.metrics.deliveries.increment()
    if let block = gzip?.block(of: encoded) {
      response.write(block)
      outlet.metrics.compressedBytes.increment(by: block.count)
    } else {
      outlet.metrics.plainBytes.increment(by: encoded.write(to: response))
    }
    fallIntoStep()
  }

  private func wait(_ message: Frame, _ topic: Topic) {
    guard let manager else { return }
    let before = messages.dropped
    if let hold = response.hold(message.payload.bytes) {
      _ = messages.append(message, of: topic, limit: manager.messageLimit, hold: hold)
    } else {
      messages.drop()
    }
    outlet.metrics.dropped.increment(by: messages.dropped - before)
    if before == 0, messages.dropped > 0 {
      logger.notice("messages are dropped for a slow client", metadata: ["limit": "\(manager.messageLimit)"])
    }
  }

  /// Notes that a state is not sent, because the client is slow or shows another one than it leads on from.
  private func fallBehind(_ place: Int) {
    if places[place].isBehind { outlet.metrics.conflated.increment() }
    places[place].isBehind = true
    if response.isDrained { makeUp(places[place].topic) }
  }

  /// Sends a client that has taken in all what it has not been sent meanwhile.
  func sendWaiting() {
    for place in places where place.isBehind { makeUp(place.topic) }
    while response.isDrained, let (topic, message) = messages.next() { write(message, of: topic) }
    admitSenders()
  }

  /// Sends a heartbeat to a client that has been sent nothing else for a while.
  func beat() {
    guard let lockstep else { return response.isOpen && response.isDrained ? write(.heartbeat) : () }
    lockstep.send(.heartbeat, of: nil, outlet)
  }

  /// Tells a client when to return to a server that stops: each at another time, so that not all come at once.
  func sayWhenToReturn() {
    isStopping = true
    senders.release()
    write(Frame(Payload(Array("retry: \(Int.random(in: Self.returnTimes))\n\n".utf8))))
  }

  /// Sends nothing of a topic any more.
  func leave(_ topic: Topic) {
    leaveStep()
    guard let place = place(on: topic) else { return fallIntoStep() }
    places.remove(at: place)
    outlet.remove(self, from: topic)
    messages.remove(of: topic)
    fallIntoStep()
  }

  /// Ends the stream in order; it leaves its topics at once, and not when the client has hung up.
  func finish() {
    response.end()
    leave()
  }

  func leave() {
    leaveStep()
    senders.release()
    if gzip != nil { outlet.compressedStreams.add(-1) }
    gzip = nil
    for place in places { outlet.remove(self, from: place.topic) }
    places = []
    messages.removeAll()
    if messages.dropped > 0 {
      logger.notice("messages were dropped for a slow client", metadata: ["count": "\(messages.dropped)"])
    }
    guard let connection else { return }
    self.connection = nil
    outlet.streams[connection.id] = nil
    manager?.remove(connection.id)
  }
}
