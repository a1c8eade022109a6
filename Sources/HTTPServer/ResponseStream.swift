import CLibevent

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An open response: bytes go straight to the socket, and what the kernel does not take waits by reference.
///
/// Belongs to its loop: every call is on ``loop``'s thread, and so are the callbacks. A stream whose client is gone
/// is closed, which ``onClose`` tells once, however it came about; writing to it then does nothing.
public final class ResponseStream: @unchecked Sendable {
  // Sendable: the stored state is touched on the loop's thread only, which the public calls check.

  /// The loop that owns the stream.
  public let loop: EventLoop
  /// How pieces of the body are told apart on the wire.
  public let framing: BodyFraming
  /// Called when all that was written has been taken by the kernel after some had to wait.
  public var onDrain: (() -> Void)?
  /// Called when nothing has been written for the server's heartbeat interval.
  public var onIdle: (() -> Void)?
  /// Asked for the body's last bytes, with their framing, when the stream is ended in order.
  public var trailer: (() -> [UInt8])?
  /// Called once when the stream has ended, by whichever side.
  public var onClose: (() -> Void)?

  /// Called once after ``onClose``; the server's own.
  var onRemove: (() -> Void)?
  /// How many of the server's ticks have passed since something was written.
  private var idleTicks = 0
  private var descriptor: Int32
  private let stallTimeout: Duration
  private var readable: Event?
  private var writable: Event?
  private var backlog: [Piece] = []
  private var sentOfFirst = 0
  private var isEnding = false

  init(_ socket: DetachedSocket, loop: EventLoop, stallTimeout: Duration) {
    self.loop = loop
    self.stallTimeout = stallTimeout
    descriptor = socket.descriptor
    framing = socket.framing
    readable = Event(base: loop.base, descriptor: descriptor, flags: EV_READ | EV_PERSIST) { [unowned self] in
      noticeInput($0)
    }
    readable?.add()
    write(socket.unsent)
  }

  deinit {
    if descriptor >= 0 { Self.closeSocket(descriptor) }
  }

  /// Whether the client is still there and the stream has not been ended.
  public var isOpen: Bool { descriptor >= 0 && !isEnding }

  /// Whether the kernel has taken all that was written.
  public var isDrained: Bool { backlog.isEmpty }

  /// Sends `bytes`, which carry their framing already.
  public func write(_ bytes: [UInt8]) {
    write(Piece(bytes: bytes, shared: nil))
  }

  /// Sends bytes that other streams are sent too, and which carry their framing already.
  public func write(_ shared: SharedBytes) {
    write(Piece(bytes: shared.bytes, shared: shared.file >= 0 ? shared : nil))
  }

  private func write(_ piece: Piece) {
    loop.preconditionIsCurrent()
    guard isOpen, !piece.bytes.isEmpty else { return }
    idleTicks = 0
    if backlog.isEmpty {
      guard let sent = send(piece, from: 0) else { return close() }
      if sent == piece.bytes.count { return }
      sentOfFirst = sent
      backlog.append(piece)
      waitUntilWritable()
    } else {
      backlog.append(piece)
    }
  }

  /// Completes the body and closes once the kernel has it all.
  public func end() {
    loop.preconditionIsCurrent()
    write(trailer?() ?? [])
    write(framing.terminator)
    guard isOpen else { return }
    isEnding = true
    if backlog.isEmpty { finish() }
  }

  /// Gives the stream up now, complete or not.
  public func close() {
    loop.preconditionIsCurrent()
    guard descriptor >= 0 else { return }
    // The events go first: a closed number may belong to a new connection at once.
    readable?.remove()
    writable?.remove()
    (readable, writable) = (nil, nil)
    backlog = []
    Self.closeSocket(descriptor)
    descriptor = -1
    let (onClose, onRemove) = (self.onClose, self.onRemove)
    (self.onClose, self.onRemove, onDrain, onIdle, trailer) = (nil, nil, nil, nil, nil)
    onClose?()
    onRemove?()
  }

  /// Counts one tick, and tells ``onIdle`` at every `limit` of them without a write.
  func tick(idleLimit limit: Int) {
    idleTicks += 1
    guard idleTicks >= limit else { return }
    idleTicks = 0
    onIdle?()
  }
}

// MARK: - The socket

extension ResponseStream {
  /// What is sent in one go.
  private struct Piece {
    let bytes: [UInt8]
    /// The same bytes where connections share them, if they are there.
    let shared: SharedBytes?
  }

  /// How much a client may send on its open stream, where nothing is expected, before it is closed.
  private static let inputLimit = 4096
  /// How long a client gets to take in the end of a stream and to hang up.
  private static let lingering = Duration.seconds(2)

  private static func closeSocket(_ descriptor: Int32) {
    #if canImport(Darwin)
      Darwin.close(descriptor)
    #elseif canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #endif
  }

  /// Answers how many of the bytes from `start` the kernel took; nil when the connection is broken.
  private func send(_ piece: Piece, from start: Int) -> Int? {
    var sent = start
    while sent < piece.bytes.count {
      let taken = piece.shared?.send(to: descriptor, from: sent) ?? send(piece.bytes, from: sent)
      if taken > 0 {
        sent += taken
      } else if taken == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        return nil
      } else if errno != EINTR {
        break
      }
    }
    return sent - start
  }

  private func send(_ bytes: [UInt8], from start: Int) -> Int {
    bytes.withUnsafeBytes { buffer -> Int in
      guard let base = buffer.baseAddress else { return 0 }
      #if canImport(Darwin)
        return Darwin.send(descriptor, base + start, buffer.count - start, 0)
      #elseif canImport(Glibc)
        return Glibc.send(descriptor, base + start, buffer.count - start, Int32(MSG_NOSIGNAL))
      #elseif canImport(Musl)
        return Musl.send(descriptor, base + start, buffer.count - start, Int32(MSG_NOSIGNAL))
      #endif
    }
  }

  private func waitUntilWritable() {
    let event =
      writable
      ?? Event(base: loop.base, descriptor: descriptor, flags: EV_WRITE) { [unowned self] in
        sendBacklog($0)
      }
    writable = event
    event.add(timeout: stallTimeout)
  }

  private func sendBacklog(_ readiness: Event.Readiness) {
    // A client that has taken nothing for all of the time is given up.
    guard readiness.contains(.writable) else { return close() }
    while let first = backlog.first {
      guard let sent = send(first, from: sentOfFirst) else { return close() }
      sentOfFirst += sent
      guard sentOfFirst == first.bytes.count else { return waitUntilWritable() }
      backlog.removeFirst()
      sentOfFirst = 0
    }
    if isEnding { finish() } else { onDrain?() }
  }

  /// Says goodbye and lets the client hang up first, so that closing does not cut off what is still on its way.
  private func finish() {
    shutdown(descriptor, Int32(SHUT_WR))
    readable?.add(timeout: Self.lingering)
  }

  private func noticeInput(_ readiness: Event.Readiness) {
    guard readiness.contains(.readable) else { return close() }
    let received = withUnsafeTemporaryAllocation(byteCount: Self.inputLimit, alignment: 1) { buffer in
      recv(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    let isTransient = received < 0 && (errno == EAGAIN || errno == EINTR)
    if received == 0 || received == Self.inputLimit || (received < 0 && !isTransient) { close() }
  }
}
