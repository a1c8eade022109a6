import CLibevent
import DatastarLocking

/// Accepts connections from a socket that listens. Belongs to its loop.
///
/// Where the process has no descriptors left, accepting pauses and goes on: those who wait, wait with the kernel. So it
/// does for a moment where many come while many are served: what is held for a request that is being handled is several
/// times what is held for an open stream, and would stay taken from the system if thousands were begun at once.
final class Listener {
  private let accept: (_ descriptor: Int32, _ address: ClientAddress) -> Void
  private let onFailure: (_ reason: String) -> Void
  private let loop: EventLoop
  private var handle: OpaquePointer?
  private var pause: Event?
  private let isBusy: () -> Bool
  /// How many have come since the last pause.
  private var accepted = 0
  private static let pauseTime = Duration.milliseconds(100)
  private static let breath = Duration.milliseconds(2)
  private static let breathAfter = 64

  /// - Parameters:
  ///   - descriptor: is the listener's from now on, and closed where that cannot be made.
  ///   - accept: takes a new connection over.
  ///   - isBusy: whether so many requests are being handled that new connections had better come more slowly.
  ///   - onFailure: told why accepting pauses, each time that it does.
  init(
    _ descriptor: Int32, loop: EventLoop, accept: @escaping (Int32, ClientAddress) -> Void,
    isBusy: @escaping () -> Bool, onFailure: @escaping (String) -> Void
  ) throws(HTTPServerError) {
    (self.loop, self.accept, self.isBusy, self.onFailure) = (loop, accept, isBusy, onFailure)
    // Begins disabled, because `evconnlistener_new` says nothing of a failure to begin.
    let flags = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_DISABLED)
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle = evconnlistener_new(
      loop.base,
      { _, descriptor, address, _, context in
        guard let address, let context else { return }
        Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().take(descriptor, ClientAddress(address))
      }, context, flags, 0, descriptor)
    guard handle != nil else {
      systemClose(descriptor)
      throw .libevent("evconnlistener_new")
    }
    evconnlistener_set_error_cb(handle) { _, context in
      guard let context else { return }
      Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().pauseAfterFailure(errno)
    }
    guard evconnlistener_enable(handle) == 0 else { throw .libevent("evconnlistener_enable") }
  }

  deinit {
    // Where `init` has failed there may be none.
    if let handle { evconnlistener_free(handle) }
  }

  private func take(_ descriptor: Int32, _ address: ClientAddress) {
    accept(descriptor, address)
    accepted += 1
    // Without a pause libevent goes on until nobody is left, and the loop comes to no request meanwhile.
    if accepted == Self.breathAfter { pauseAccepting(for: isBusy() ? Self.breath : .zero) }
  }

  private func pauseAfterFailure(_ code: Int32) {
    onFailure(String(cString: strerror(code)))
    pauseAccepting(for: Self.pauseTime)
  }

  private func pauseAccepting(for time: Duration) {
    evconnlistener_disable(handle)
    accepted = 0
    pause = Event(base: loop.base) { [unowned self] _ in
      if evconnlistener_enable(handle) != 0 { pauseAfterFailure(errno) }
    }
    pause?.add(timeout: time)
  }
}
