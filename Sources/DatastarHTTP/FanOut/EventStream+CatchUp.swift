import DatastarPubSub

/// Where a client is on one topic.
struct TopicPlace {
  let topic: Topic
  /// The state that it shows; nil where it has been sent none.
  var shown: Payload.Version?
  /// Whether something newer has not been sent.
  var isBehind = false
  /// Whether the application is being asked for what is newer.
  var isAsking = false
}

extension EventStream {
  /// How long a client that is behind waits before the application is asked again, after an error, or where it says less
  /// than has been published.
  private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

  /// Sends a client that is behind and has taken in all what is kept; has the application asked where that is not enough.
  func makeUp(_ topic: Topic) {
    guard let place = place(on: topic), !places[place].isAsking, let manager else { return }
    if let frames = manager.kept(topic, from: places[place].shown) { return send(frames, of: topic) }
    keepAsking(topic, after: .zero)
  }

  /// Sends what is newer than what the client shows, and has the application asked again later where it says too little.
  ///
  /// - Throws: what the application throws.
  func catchUp(_ topic: Topic) async throws {
    setAsking(true, topic)
    let isCaughtUp: Bool
    do {
      isCaughtUp = try await sendNewer(topic)
      setAsking(false, topic)
    } catch {
      setAsking(false, topic)
      throw error
    }
    if !isCaughtUp { keepAsking(topic, after: Self.pauses.first) }
  }

  private func setAsking(_ isAsking: Bool, _ topic: Topic) {
    if let place = place(on: topic) { places[place].isAsking = isAsking }
  }

  /// Has the application asked, after a pause and then again and again, until the client has been sent all.
  private func keepAsking(_ topic: Topic, after first: Duration) {
    setAsking(true, topic)
    Task(executorPreference: response.loop.tasks) { [self] in
      var pause = first
      while response.isOpen, place(on: topic) != nil {
        if pause > .zero { try? await Task.sleep(for: pause) }
        // The core reports what goes wrong, once for all who wait.
        if (try? await sendNewer(topic)) == true { break }
        pause = min(max(pause * 2, Self.pauses.first), Self.pauses.longest)
      }
      setAsking(false, topic)
    }
  }

  /// Sends what is newer than what the client shows, asking the application for as long as its answers lead on.
  ///
  /// - Returns: whether the client has been sent all, or will be when it has taken in what it has been sent.
  private func sendNewer(_ topic: Topic) async throws -> Bool {
    while response.isOpen, let manager, let place = place(on: topic) {
      places[place].isBehind = false
      let asked = places[place].shown
      let frames = try await manager.catchUp(topic, from: asked)
      await prepare(frames, of: topic)
      // It may have been sent what was broadcast meanwhile.
      leaveStep()
      guard let place = self.place(on: topic) else { break }
      let hasMissedMore = places[place].isBehind
      if places[place].shown == asked { takeBack(place, frames, manager) }
      send(frames, of: topic)
      guard let place = self.place(on: topic) else { break }
      guard response.isDrained else {
        places[place].isBehind = true
        break
      }
      if hasMissedMore { continue }
      if frames.isEmpty || manager.kept(topic, from: places[place].shown)?.isEmpty == true { break }
      if places[place].shown == asked { return false }
    }
    return true
  }

  /// Compresses what is large beside the loop, if it is not yet.
  private func prepare(_ frames: [Frame], of topic: Topic) async {
    let large = frames.filter(\.isLarge)
    guard gzip != nil, !large.allSatisfy({ $0.encoded(for: topic).isPrepared }) else { return }
    await Task { for frame in large { frame.encoded(for: topic).prepare() } }.value
  }

  /// Forgets a state that the client says it shows, if the topic has never had it: the database may be an older one.
  private func takeBack(_ place: Int, _ frames: [Frame], _ manager: Manager) {
    guard let shown = places[place].shown else { return }
    if let first = frames.first?.payload {
      guard first.from == nil, let version = first.version, version < shown else { return }
    } else {
      guard manager.kept(places[place].topic, from: shown) == nil else { return }
    }
    places[place].shown = nil
  }

  private func send(_ frames: [Frame], of topic: Topic) {
    if let place = place(on: topic) { places[place].isBehind = false }
    for frame in frames { deliver(frame, of: topic) }
  }
}
