import CLibevent
import Metrics

/// An open response, whose body is sent in pieces.
///
/// ```swift
/// router.get("/clock") { _ in
///   Response(headers: ["Content-Type": "text/plain"]) { stream in
///     for await time in clock { await stream.send(Array("\(time)\n".utf8)) }
///     await stream.finish()
///   }
/// }
/// ```
///
/// It may be sent to from anywhere. When the client has gone, sending does nothing, and the task that fills the stream is
/// cancelled.
public final class ResponseStream: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only: the public calls go there, and the others check.
  //
  // Bytes go straight to the socket, and what the kernel does not take waits by reference. All that is not public belongs
  // to the loop, and so do the callbacks.

  /// How pieces of the body are told apart on the wire.
  package let framing: BodyFraming
  /// Called when all that was written has been taken by the kernel after some had to wait.
  package var onDrain: (() -> Void)?
  /// Called when the stream's group has left it behind, because the kernel did not take all of what the group was
  /// written; the rest of that waits.
  package var onLag: (() -> Void)?
  /// Called when nothing has been written for the server's heartbeat interval.
  package var onIdle: (() -> Void)?
  /// Called when the server is about to end the stream because it stops: the time for last words.
  package var onStop: (() -> Void)?
  /// Asked for the body's last bytes, with their framing, when the stream is ended in order.
  package var trailer: (() -> [UInt8])?
  /// Called once when the stream has ended, by whichever side.
  package var onClose: (() -> Void)?

  let socket: Socket
  /// What fills the stream, until it has returned. It is cancelled when the stream has been closed.
  var handler: Task<Void, Never>?
  /// Who waits until the kernel has taken all that was written.
  var senders: [CheckedContinuation<Void, Never>] = []
  /// What the stream is written together with others.
  var membership: ResponseGroup.Membership?
  /// How many of the server's ticks have passed since something was written.
  private var idleTicks = 0
  private var isEnding = false
  private var ownBytes = 0

  /// How a stream came to its end.
  enum End: String {
    case client = "the client has gone"
    case stalled = "the client took nothing in"
    case overLimit = "too much waits for clients"
    case handler = "it was complete"
  }

  /// Takes over a connection whose response has begun.
  init(_ socket: Socket, framing: BodyFraming) {
    (self.socket, self.framing) = (socket, framing)
    socket.onReadable = { [unowned self] in noticeInput() }
    // The stream may be closed by what is written then, and be gone when that returns: the call alone holds it.
    socket.onDrain = { [unowned self] in didDrain() }
  }

  private func didDrain() {
    if isEnding { socket.linger() } else { onDrain?() }
    releaseSenders()
  }

  /// Takes over one end of a connection that nobody else has, whose response is nothing but its body.
  package convenience init(taking descriptor: Int32, on loop: EventLoop) {
    self.init(Socket(descriptor, loop: loop, stallTimeout: ServerConfiguration().stallTimeout), framing: .untilClose)
    socket.read(true)
    onSocketClose { _ in }
  }

  /// Has `body` fill the stream, in a task that is cancelled when the stream has been closed.
  package func fill(by body: @escaping @Sendable (ResponseStream) async -> Void) -> Task<Void, Never> {
    let task = Task(executorPreference: loop.tasks) { [self] in
      await body(self)
      handler = nil
    }
    handler = task
    return task
  }

  /// The loop that owns the stream.
  package var loop: EventLoop { socket.loop }

  /// Where the figures of the stream's server go.
  package var metrics: any MetricsFactory { socket.unsent?.metrics.factory ?? MetricsSystem.factory }

  /// Whether the client is still there and the stream has not been ended.
  package var isOpen: Bool { socket.isOpen && !isEnding }

  /// Whether the kernel has taken all that was written.
  package var isDrained: Bool { socket.isDrained }

  /// How many of the written bytes the kernel has not taken.
  package var waitingBytes: Int { socket.waitingBytes }

  /// Sends `bytes`, which carry their framing already.
  package func write(_ bytes: [UInt8]) {
    write(Socket.Piece(bytes))
  }

  /// Sends bytes that other streams are sent too, and which carry their framing already.
  package func write(_ shared: SharedBytes) {
    write(Socket.Piece(shared))
  }

  /// Counts bytes that are to be written later among those that wait for clients, for as long as the result is held.
  ///
  /// - Returns: nil where more would wait than may.
  package func hold(_ bytes: [UInt8]) -> AnyObject? {
    guard let unsent = socket.unsent, let client = socket.client else { return socket }
    return unsent.hold(Socket.Piece(bytes), for: client)
  }

  /// How many bytes have been written, whoever has taken them.
  var writtenBytes: Int { ownBytes + (membership?.writtenBytes ?? 0) }

  private func write(_ piece: Socket.Piece) {
    loop.preconditionIsCurrent()
    guard isOpen else { return }
    idleTicks = 0
    ownBytes += piece.count
    socket.write(piece)
  }

  /// Completes the body and closes once the kernel has it all.
  package func end() {
    loop.preconditionIsCurrent()
    write(trailer?() ?? [])
    write(framing.terminator)
    leaveGroup()
    guard isOpen else { return }
    isEnding = true
    if socket.isDrained { socket.linger() }
  }

  /// Has the stream say its last words, once.
  func stop() {
    let onStop = self.onStop
    self.onStop = nil
    onStop?()
  }

  /// Gives the stream up now, complete or not.
  package func close() {
    loop.preconditionIsCurrent()
    socket.close()
  }

  /// Calls `action` once when the socket is closed, after ``onClose``; it is told how that came about.
  func onSocketClose(_ action: @escaping (End) -> Void) {
    socket.onClose = { [self] in
      leaveGroup()
      let onClose = self.onClose
      (self.onClose, onDrain, onLag, onIdle, onStop, trailer) = (nil, nil, nil, nil, nil, nil)
      onClose?()
      releaseSenders()
      handler?.cancel()
      handler = nil
      action(ending)
    }
  }

  /// How it has come to its end.
  private var ending: End {
    switch socket.fault {
    case .stalled: .stalled
    case .overLimit: .overLimit
    case nil: isEnding ? .handler : .client
    }
  }

  /// A group must not be left with a descriptor that is closed or has said its last.
  private func leaveGroup() { membership?.group.remove(self) }

  /// Ends the membership, and keeps what has been written by it.
  func dropMembership() {
    ownBytes = writtenBytes
    membership = nil
  }

  /// Counts one tick, and tells ``onIdle`` at every `limit` of them without a write.
  func tick(idleLimit limit: Int) {
    idleTicks = membership?.hasNewWrites() == true ? 0 : idleTicks + 1
    guard idleTicks >= limit else { return }
    idleTicks = 0
    onIdle?()
  }
}

// MARK: - What the client does

extension ResponseStream {
  /// How much a client may send on its open stream at once, where nothing is expected, before it is closed.
  private static let inputLimit = 4096

  private func noticeInput() {
    let received = withUnsafeTemporaryAllocation(byteCount: Self.inputLimit, alignment: 1) { buffer in
      socket.receive(into: buffer)
    }
    switch received {
    case .nothing: break
    case .bytes(let count) where count < Self.inputLimit: break
    case .bytes, .end, .broken: socket.close()
    }
  }
}
