// What may be called from anywhere.

extension ResponseStream {
  /// Sends a piece of the body, and returns when all that was sent is on its way, or the client has gone.
  ///
  /// So no more than one piece waits for a client that is slow. One that takes nothing in for
  /// ``ServerConfiguration/stallTimeout`` is given up.
  ///
  /// - Parameter bytes: the piece; sending none does nothing.
  public func send(_ bytes: [UInt8]) async {
    await withCheckedContinuation { sent in
      let isTaken = onLoop { [self] in
        write(framing.framed(bytes))
        if !isOpen || isDrained { sent.resume() } else { senders.append(sent) }
      }
      if !isTaken { sent.resume() }
    }
  }

  /// Completes the body. What is sent afterwards is dropped.
  public func finish() async {
    await withCheckedContinuation { ended in
      let isTaken = onLoop { [self] in
        if isOpen { end() }
        ended.resume()
      }
      if !isTaken { ended.resume() }
    }
  }

  /// - Returns: false where the loop has ended, and the action is dropped.
  private func onLoop(_ action: @escaping @Sendable () -> Void) -> Bool {
    guard loop.isCurrent else { return loop.execute(action) }
    action()
    return true
  }

  /// Lets those who wait go on.
  func releaseSenders() {
    let senders = senders
    self.senders = []
    for sender in senders { sender.resume() }
  }
}
