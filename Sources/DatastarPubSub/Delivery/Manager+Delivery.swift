import DatastarLocking

extension Manager {
  /// Hands a payload to all of the topic's local connections, as one frame and once to each outlet. One that shows
  /// nothing newer than what they have been handed before is kept for those who come later.
  ///
  /// What the backend brings comes here, and what other processes are not to have.
  public func deliver(_ payload: Payload, to topic: Topic) {
    _ = take(payload, of: topic)
  }

  private func take(_ payload: Payload, of topic: Topic) -> Frame? {
    let taken = state.withLock { state -> (Frame, [any Outlet])? in
      guard let (frame, isNews) = state.topics[topic]?.history.append(payload) else { return nil }
      // Two servers may publish in the other order than they changed the state.
      return (frame, isNews ? state.outlets(of: topic) : [])
    }
    guard let (frame, outlets) = taken else { return nil }
    for outlet in outlets where outlet.deliver(frame, of: topic) == .gone {
      for id in state.withLock({ $0.topics[topic]?.subscribers.connections(at: outlet) ?? [] }) { remove(id) }
    }
    return frame
  }

  /// Returns when what a topic's connections have been handed so far has been written, or waits for those that are slow.
  ///
  /// For publishers of states that replace each other: whoever makes the next one only then makes none that nobody
  /// has the time to take.
  public func waitUntilSent(_ topic: Topic) async {
    for outlet in state.withLock({ $0.outlets(of: topic) }) { await outlet.waitUntilSent() }
  }
}

// MARK: - Catching up

extension Manager {
  /// Returns the frames that turn a state of a topic into its newest one, as far as they are kept; none for the newest
  /// itself, and nil where the application has to be asked, by ``catchUp(_:from:)``.
  ///
  /// - Parameters:
  ///   - topic: compared exactly.
  ///   - version: nil for a connection that has been sent no state yet.
  public func kept(_ topic: Topic, from version: Payload.Version?) -> [Frame]? {
    state.withLock { $0.topics[topic]?.history.path(from: version) }
  }

  /// Returns the frames that turn a state of a topic into its newest one, or into one that is on the way to it; none
  /// where nothing is newer. The application is asked for what is not kept, see ``Configuration/catchUp``.
  ///
  /// A connection that has subscribed before it asks misses nothing: it is handed what comes later. Where the first
  /// frame is a snapshot older than `version`, the state has never had that version.
  ///
  /// - Parameters:
  ///   - topic: compared exactly.
  ///   - version: nil for a connection that has been sent no state yet.
  /// - Throws: what the application throws.
  public func catchUp(_ topic: Topic, from version: Payload.Version?) async throws -> [Frame] {
    while true {
      if let frames = kept(topic, from: version) { return frames }
      guard let (asked, answer) = question(topic, version) else { return [] }
      guard asked == version else {
        // What somebody else waits for may be right for this one, too.
        _ = try? await answer.value
        continue
      }
      guard let frame = try await answer.value else { return [] }
      return [frame] + (frame.payload.version.flatMap { kept(topic, from: $0) } ?? [])
    }
  }

  /// Forgets the snapshots and deltas that are kept of all topics; see ``Broadcaster/forgetKept()``.
  public func forgetKept() {
    state.withLock { state in
      for topic in state.topics.keys { state.topics[topic]?.history.forget() }
    }
  }

  /// Asks the application whether the newest state of a topic is still the one that is known of, and delivers what is
  /// newer to all who are on it: a change may not have been broadcast, or by a process that is not reached.
  ///
  /// - Throws: what the application throws.
  public func check(_ topic: Topic) async throws {
    guard let newest = version(of: topic) else { return }
    _ = try await question(topic, newest)?.answer.value
  }

  /// Asks the application for a state that has been stored, unless one as new is known of here already, and delivers it
  /// to all who are on the topic.
  ///
  /// - Throws: what the application throws.
  public func fetch(_ version: Payload.Version, of topic: Topic) async throws {
    // What is being asked already may have been before the state was there.
    for _ in 0..<2 where isBehind(version, on: topic) {
      _ = try await question(topic, self.version(of: topic))?.answer.value
    }
  }

  /// The same, again and again where that fails, for as long as somebody is on the topic.
  func keepFetching(_ version: Payload.Version, of topic: Topic) async {
    var pause = Duration.milliseconds(100)
    while isBehind(version, on: topic) {
      do { return try await fetch(version, of: topic) } catch {
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(2))
      }
    }
  }

  private func isBehind(_ version: Payload.Version, on topic: Topic) -> Bool {
    state.withLock { state in state.topics[topic].map { $0.history.newest.map { $0 < version } ?? true } ?? false }
  }

  /// Returns what the application is being asked about a topic: by now or by somebody before. Nil for a topic that
  /// nobody is on.
  private func question(
    _ topic: Topic, _ version: Payload.Version?
  ) -> (version: Payload.Version?, answer: Task<Frame?, any Error>)? {
    state.withLock { state in
      guard state.topics[topic] != nil else { return nil }
      if let question = state.topics[topic]?.question { return question }
      let answer = Task { try await ask(topic, version) }
      state.topics[topic]?.question = (version, answer)
      return (version, answer)
    }
  }

  private func ask(_ topic: Topic, _ version: Payload.Version?) async throws -> Frame? {
    defer { state.withLock { $0.topics[topic]?.question = nil } }
    let known = self.version(of: topic)
    do {
      let frame = try await configuration.catchUp(topic, version).flatMap { take($0, of: topic) }
      if frame == nil, let version { state.withLock { $0.topics[topic]?.history.confirm(version) } }
      judge(topic, answer: frame?.payload.version ?? version, known)
      return frame
    } catch {
      didFail(topic, "\(error)")
      throw error
    }
  }

  /// Notes whether those who show what the application has answered can be brought to the newest state.
  ///
  /// - Parameter known: the newest one when it was asked: what was published later may have overtaken the answer.
  private func judge(_ topic: Topic, answer: Payload.Version?, _ known: Payload.Version?) {
    let newest = state.withLock { state -> Payload.Version? in
      guard let history = state.topics[topic]?.history, history.path(from: answer) == nil else {
        state.topics[topic]?.failedAnswers = 0
        return nil
      }
      return history.newest
    }
    guard let newest, let known, answer.map({ $0 < known }) ?? true else { return }
    didFail(topic, "version \(newest) has been published, and the answer is \(answer.map { "\($0)" } ?? "nothing")")
  }

  /// Reports what keeps those who are behind from being caught up, once until that has gone, and not the first failure,
  /// which may pass.
  private func didFail(_ topic: Topic, _ reason: String) {
    let failed = state.withLock { state in
      state.topics[topic]?.failedAnswers += 1
      return state.topics[topic]?.failedAnswers
    }
    if failed == 2 { configuration.onError(.catchUp(topic, reason: reason)) }
  }
}
