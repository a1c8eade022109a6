import DatastarPubSub
import LibeventHTTP

extension EventStream {
  /// More than so many bytes do not wait for a client before a sender has to: 64 KiB.
  static let sendLimit = 64 * 1024

  /// Sends the events that `build` collects, and returns when the connection has taken them, or keeps them for the client.
  ///
  /// While more than 64 KiB wait for the client it keeps nothing, and this waits until the client has taken in all of
  /// that: whoever sends one event after the other is as slow as the client, and holds no more. It returns, and has sent
  /// nothing, when the client goes, the stream is ended or the server stops; a client that takes in nothing for the
  /// server's `stallTimeout` is given up.
  ///
  /// - Throws: what `build` throws.
  public func send(_ build: (inout EventCollector) throws -> Void) async rethrows {
    await send(Payload(try EventCollector.bytes(build)))
  }

  /// Sends events that are in their wire form already, and waits for the client as all that sends does.
  public func send(_ message: Payload) async {
    await send(Frame(message))
  }

  /// Sends what changes nothing, as the stream does when it has been idle: for a client to see that the stream is there.
  public func sendHeartbeat() async {
    await send(.heartbeat)
  }

  private func send(_ frame: Frame) async {
    let loop = response.loop
    if loop.isCurrent, sendNow(frame) { return }
    await withCheckedContinuation { sent in
      let isTaken = loop.execute { [self] in
        if sendNow(frame) { sent.resume() } else { senders.append(frame, sent) }
      }
      if !isTaken { sent.resume() }
    }
  }

  /// Sends a frame unless it has to wait. Returns whether the sender can go on.
  private func sendNow(_ frame: Frame) -> Bool {
    guard response.isOpen else { return true }
    guard senders.isEmpty, response.waitingBytes <= Self.sendLimit else { return isStopping }
    write(frame)
    return true
  }

  /// Sends what handlers wait with, now that the client has taken in all that was sent before.
  func admitSenders() {
    // One of them in any case: topics that change all the time would let no handler send.
    repeat {
      guard response.isOpen, let (frame, sent) = senders.next() else { return }
      write(frame)
      sent.resume()
    } while response.waitingBytes <= Self.sendLimit
  }
}

/// What waits to be sent, the first to come first, and who waits for that.
struct WaitingSenders {
  private var waiting: [(frame: Frame, sent: CheckedContinuation<Void, Never>)] = []

  var isEmpty: Bool { waiting.isEmpty }

  mutating func append(_ frame: Frame, _ sent: CheckedContinuation<Void, Never>) { waiting.append((frame, sent)) }

  /// Takes the first.
  mutating func next() -> (frame: Frame, sent: CheckedContinuation<Void, Never>)? {
    waiting.isEmpty ? nil : waiting.removeFirst()
  }

  /// Lets all go on, whose frames nobody is there to be sent.
  mutating func release() {
    let waiting = waiting
    self.waiting = []
    for sender in waiting { sender.sent.resume() }
  }
}
