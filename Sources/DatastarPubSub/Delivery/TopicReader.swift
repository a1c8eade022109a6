import DatastarLocking

/// What one iteration over the frames of a topic has been given, and what waits for it.
final class TopicReader: Outlet {
  private let topic: Topic
  private let heartbeat: Duration?
  private let manager: Manager
  private let dropped: Tally
  private let state: Locked<State>

  /// How long a reader that is behind waits before the application is asked again, after an error.
  private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

  private struct State {
    /// The state that the reader has been given.
    var shown: Payload.Version?
    /// The newest snapshot or delta that has come since.
    var newest: Frame?
    /// Whether there may be something newer than what is shown, beside that.
    var isBehind = true
    /// Whether the application has been asked for the newest state, which it may have broadcast to nobody.
    var isChecked = false
    var messages = WaitingMessages()
    var isHeartbeatDue = false
    var isEnded = false
    var waiter: CheckedContinuation<Void, Never>?

    var hasNews: Bool { newest != nil || isBehind || !messages.isEmpty || isHeartbeatDue || isEnded }
  }

  /// What a reader that asks for the next frame gets.
  private enum Step {
    case frame(Frame)
    /// What is newer than a state has to be found.
    case catchUp(from: Payload.Version?)
    case wait
    case end
  }

  init(
    of topic: Topic, after version: Payload.Version?, heartbeat: Duration?, at manager: Manager, dropped: Tally
  ) {
    (self.topic, self.heartbeat, self.manager, self.dropped) = (topic, heartbeat, manager, dropped)
    state = Locked(State(shown: version))
  }
}

// MARK: - Delivery

extension TopicReader {
  func deliver(_ frame: Frame, of topic: Topic) -> Connection.Delivery {
    change { state in
      if let version = frame.payload.version {
        // Those who publish at the same time may come in the other order.
        if let newest = state.newest?.payload.version, newest > version { return }
        state.newest = frame
      } else if state.messages.append(frame, of: topic, limit: manager.messageLimit) {
        dropped.add()
      }
    }
    return .accepted
  }

  // The reader takes frames when it likes.
  func waitUntilSent() async {}

  // It is on this topic alone.
  func unsubscribe(_ id: Connection.ID, from topic: Topic) { close() }

  func disconnect(_ id: Connection.ID) { close() }

  func close() {
    change { state in
      (state.isEnded, state.newest, state.messages) = (true, nil, WaitingMessages())
    }
  }

  /// Changes the state, and has a waiting reader look at it.
  private func change(_ change: (inout State) -> Void) {
    let waiter = state.withLock { state in
      change(&state)
      return state.waiter.take()
    }
    waiter?.resume()
  }
}

// MARK: - Reading

extension TopicReader {
  /// Returns the next frame, when there is one; nil at the end.
  func next() async -> Frame? {
    var pause = Self.pauses.first
    while !Task.isCancelled {
      switch step() {
      case .end: return nil
      case .frame(let frame): return frame
      case .wait: await wait()
      case .catchUp(let shown):
        do {
          if let frame = try await newer(than: shown) { return frame }
        } catch {
          state.withLock { $0.isBehind = true }
          try? await Task.sleep(for: pause)
          pause = min(pause * 2, Self.pauses.longest)
        }
      }
    }
    close()
    return nil
  }

  private func step() -> Step {
    state.withLock { state in
      if state.isEnded { return .end }
      state.isHeartbeatDue = state.isHeartbeatDue && !state.isBehind && state.newest == nil && state.messages.isEmpty
      if let frame = state.newest.take() {
        switch frame.payload.fit(state.shown) {
        case .old: break
        case .ahead: state.isBehind = true
        case .next:
          (state.shown, state.isBehind, state.isChecked) = (frame.payload.version, false, true)
          return .frame(frame)
        }
      }
      if state.isBehind {
        state.isBehind = false
        return .catchUp(from: state.shown)
      }
      if let message = state.messages.next() { return .frame(message.frame) }
      guard state.isHeartbeatDue else { return .wait }
      state.isHeartbeatDue = false
      return .frame(.heartbeat)
    }
  }

  /// Returns the first frame on the way from what is shown to the newest state; nil where nothing is newer.
  private func newer(than shown: Payload.Version?) async throws -> Frame? {
    if !state.withLock({ $0.isChecked }) {
      try await manager.check(topic)
      state.withLock { $0.isChecked = true }
    }
    let frames = try await manager.catchUp(topic, from: shown)
    // The topic may never have had the state that the client says it shows: its database may be an older one.
    let isUnknown = frames.isEmpty && shown != nil && manager.kept(topic, from: shown) == nil
    return state.withLock { state in
      guard !state.isEnded else { return nil }
      if let first = frames.first {
        (state.shown, state.isBehind) = (first.payload.version, frames.count > 1)
        return first
      }
      if isUnknown { (state.shown, state.isBehind) = (nil, true) }
      return nil
    }
  }

  /// Returns when there is something for the reader, or its task is cancelled.
  private func wait() async {
    let timer = heartbeat.map { pause in
      Task { if (try? await Task.sleep(for: pause)) != nil { change { $0.isHeartbeatDue = true } } }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let goesOn = state.withLock { state in
          if !state.hasNews { state.waiter = waiter }
          return state.hasNews
        }
        if goesOn { waiter.resume() }
      }
    } onCancel: {
      close()
    }
    timer?.cancel()
  }
}
