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
  /// How long a client that is behind waits before the application is asked again, after an error.
  private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

  /// Sends a client that is behind and has taken in all what is kept; has the application asked where that is not enough.
  func makeUp(_ topic: Topic) {
    guard let place = place(on: topic), !places[place].isAsking, let manager else { return }
    if let frames = manager.kept(topic, from: places[place].shown) { return send(frames, of: topic) }
    places[place].isAsking = true
    Task(executorPreference: response.loop.tasks) { [self] in
      var pause = Self.pauses.first
      while response.isOpen {
        do {
          return try await catchUp(topic)
        } catch {
          try? await Task.sleep(for: pause)
          pause = min(pause * 2, Self.pauses.longest)
        }
      }
    }
  }

  /// Sends what is newer than what the client shows, asking the application as often as it takes.
  func catchUp(_ topic: Topic) async throws {
    defer { if let place = place(on: topic) { places[place].isAsking = false } }
    while response.isOpen, let manager, let place = place(on: topic) {
      (places[place].isAsking, places[place].isBehind) = (true, false)
      let asked = places[place].shown
      let frames = try await manager.catchUp(topic, from: asked)
      await prepare(frames, of: topic)
      // It may have been sent what was broadcast meanwhile.
      leaveStep()
      guard let place = self.place(on: topic) else { return }
      let hasMissedMore = places[place].isBehind
      if places[place].shown == asked { takeBack(place, frames, manager) }
      send(frames, of: topic)
      guard let place = self.place(on: topic) else { return }
      guard response.isDrained else { return places[place].isBehind = true }
      if manager.kept(topic, from: places[place].shown)?.isEmpty == true || frames.isEmpty && !hasMissedMore { return }
    }
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
