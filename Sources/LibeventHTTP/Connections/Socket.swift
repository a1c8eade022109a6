import CLibevent
import DatastarLocking

/// One connection's socket: bytes go straight to the kernel, and what it does not take waits by reference.
///
/// Belongs to its loop: every call is on the loop's thread, and so are the callbacks.
final class Socket {
  let loop: EventLoop
  /// Called when there is something to receive, or when the client will send no more.
  var onReadable: (() -> Void)?
  /// Called when all that was written has been taken by the kernel after some had to wait.
  var onDrain: (() -> Void)?
  /// Called once when the socket is closed, by whichever side.
  var onClose: (() -> Void)?
  /// Why it was closed from here without anybody's asking; nil where that is not so.
  private(set) var fault: Fault?

  /// Whom what waits is counted for.
  var client: ClientAddress?
  /// Where it is counted.
  let unsent: UnsentBytes?

  /// What a socket is closed for.
  enum Fault {
    /// The client has taken nothing for all of the time that it has.
    case stalled
    /// More would wait for clients than may.
    case overLimit
  }

  private(set) var descriptor: Int32
  private let stallTimeout: Duration
  private var readable: Event?
  private var writable: Event?
  private var lingering: Event?
  private var backlog: [(piece: Piece, hold: UnsentBytes.Hold?)] = []
  private var backlogSize = 0
  private var sentOfFirst = 0

  /// What is sent in one go.
  struct Piece {
    /// How many bytes it is.
    let count: Int
    /// The bytes; none where connections share them.
    let bytes: [UInt8]
    /// The bytes where connections share them.
    private let shared: SharedBytes?
    /// Whether another piece follows at once, so that the kernel need not make a packet of this one.
    private let isFollowed: Bool

    init(_ bytes: [UInt8], isFollowed: Bool = false) {
      (count, self.bytes, shared, self.isFollowed) = (bytes.count, bytes, nil, isFollowed)
    }

    init(_ shared: SharedBytes) {
      (count, bytes, self.shared) = (shared.count, shared.bytes, shared.file >= 0 ? shared : nil)
      isFollowed = false
    }

    /// Whether connections share the bytes.
    var isShared: Bool { shared != nil }

    /// Where the bytes are, which is theirs for as long as somebody holds the piece.
    var place: UInt {
      if let shared { return UInt(bitPattern: Unmanaged.passUnretained(shared).toOpaque()) }
      return bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }

    /// Returns how many of the bytes from `start` the kernel took, or -1 with `errno`.
    func send(to descriptor: Int32, from start: Int = 0) -> Int {
      if let shared { return shared.send(to: descriptor, from: start) }
      return bytes.withUnsafeBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return systemSend(descriptor, base + start, buffer.count - start, isFollowed)
      }
    }
  }

  /// Takes a connected socket over; it looks for input from the first ``read(_:)`` on.
  init(_ descriptor: Int32, loop: EventLoop, stallTimeout: Duration, unsent: UnsentBytes? = nil) {
    (self.descriptor, self.loop, self.stallTimeout, self.unsent) = (descriptor, loop, stallTimeout, unsent)
    readable = Event(base: loop.base, descriptor: descriptor, flags: EV_READ | EV_PERSIST) { [unowned self] _ in
      onReadable?()
    }
  }

  deinit {
    if descriptor >= 0 { systemClose(descriptor) }
  }

  /// Bounds how many bytes the kernel takes from now on before the client has them.
  func setSendBuffer(_ size: Int32) {
    if isOpen { systemSet(SO_SNDBUF, to: size, of: descriptor) }
  }

  /// Whether there is a socket still.
  var isOpen: Bool { descriptor >= 0 }

  /// Whether the kernel has taken all that was written.
  var isDrained: Bool { backlog.isEmpty }

  /// How many of the written bytes the kernel has not taken.
  var waitingBytes: Int { backlogSize - sentOfFirst }

  /// Looks for input, or does not; what comes meanwhile waits with the kernel and then with the client.
  ///
  /// Closes where the system cannot look.
  func read(_ isWanted: Bool) {
    if !isWanted {
      readable?.remove()
    } else if readable?.watch() == false {
      close()
    }
  }

  /// How long a client gets to take in the last that it is sent and to hang up.
  private static let lingeringTime = Duration.seconds(2)

  /// Says that nothing more is sent, and lets the client hang up first, so that closing does not cut off what is still
  /// on its way. Closes by itself where the client does not.
  func linger() {
    shutdown(descriptor, Int32(SHUT_WR))
    lingering = Event(base: loop.base) { [unowned self] _ in close() }
    lingering?.add(timeout: Self.lingeringTime)
  }

  /// Gives the connection up now.
  func close() {
    guard descriptor >= 0 else { return }
    // The events go first: a closed number may belong to a new connection at once.
    (readable, writable, lingering) = (nil, nil, nil)
    (backlog, backlogSize, sentOfFirst) = ([], 0, 0)
    systemClose(descriptor)
    descriptor = -1
    let onClose = self.onClose
    (onReadable, onDrain, self.onClose) = (nil, nil, nil)
    onClose?()
  }
}

// MARK: - Sending

extension Socket {
  /// Sends a piece from `start` on, or closes where the connection is broken or too much waits for clients.
  func write(_ piece: Piece, from start: Int = 0) {
    guard descriptor >= 0, piece.count > 0 else { return }
    guard backlog.isEmpty else { return keep(piece) }
    guard let sent = send(piece, from: start) else { return close() }
    if start + sent == piece.count { return }
    sentOfFirst = start + sent
    keep(piece)
    if isOpen { waitUntilWritable() }
  }

  private func keep(_ piece: Piece) {
    var hold: UnsentBytes.Hold?
    if let unsent, let client {
      hold = unsent.hold(piece, for: client)
      guard hold != nil else {
        fault = .overLimit
        return close()
      }
    }
    backlog.append((piece, hold))
    backlogSize += piece.count
  }

  /// Returns how many of the bytes from `start` the kernel took; nil when the connection is broken.
  private func send(_ piece: Piece, from start: Int) -> Int? {
    var sent = start
    while sent < piece.count {
      let taken = piece.send(to: descriptor, from: sent)
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

  private func waitUntilWritable() {
    let event =
      writable
      ?? Event(base: loop.base, descriptor: descriptor, flags: EV_WRITE) { [unowned self] in
        sendBacklog($0)
      }
    writable = event
    if !event.watch(timeout: stallTimeout) { close() }
  }

  private func sendBacklog(_ readiness: Event.Readiness) {
    guard readiness.contains(.writable) else {
      fault = .stalled
      return close()
    }
    while let first = backlog.first {
      guard let sent = send(first.piece, from: sentOfFirst) else { return close() }
      sentOfFirst += sent
      guard sentOfFirst == first.piece.count else { return waitUntilWritable() }
      backlog.removeFirst()
      (backlogSize, sentOfFirst) = (backlogSize - sentOfFirst, 0)
    }
    onDrain?()
  }
}

// MARK: - Receiving

extension Socket {
  /// What became of an attempt to receive.
  enum Received: Equatable {
    /// So many bytes have come.
    case bytes(Int)
    /// Nothing has come yet.
    case nothing
    /// The client has said that it will send no more.
    case end
    /// The connection is broken.
    case broken
  }

  /// Receives as much as there is and as `buffer` holds.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
    let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .nothing : .broken
  }
}

// Inside `Socket`, the plain names are its own methods'.

/// Closes a descriptor.
func systemClose(_ descriptor: Int32) {
  close(descriptor)
}

/// Sets an option of a socket.
func systemSet(_ option: Int32, to value: Int32, level: Int32 = SOL_SOCKET, of descriptor: Int32) {
  var value = value
  setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
}

private func systemSend(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int, _ isFollowed: Bool) -> Int {
  #if os(Linux)
    send(descriptor, start, count, Int32(MSG_NOSIGNAL) | (isFollowed ? Int32(MSG_MORE) : 0))
  #else
    send(descriptor, start, count, 0)
  #endif
}
