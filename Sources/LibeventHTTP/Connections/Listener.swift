import CLibevent

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Accepts connections from a socket that listens. Belongs to its loop.
///
/// Where the process has no descriptors left, accepting pauses and goes on: those who wait, wait with the kernel.
final class Listener {
  private let accept: (_ descriptor: Int32, _ address: ClientAddress) -> Void
  private let onFailure: (_ reason: String) -> Void
  private let loop: EventLoop
  private var handle: OpaquePointer?
  private var pause: Event?
  private static let pauseTime = Duration.milliseconds(100)

  /// - Parameters:
  ///   - descriptor: is the listener's from now on, and closed where that cannot be made.
  ///   - accept: takes a new connection over.
  ///   - onFailure: told why accepting pauses, each time that it does.
  init(
    _ descriptor: Int32, loop: EventLoop, accept: @escaping (Int32, ClientAddress) -> Void,
    onFailure: @escaping (String) -> Void
  ) throws(HTTPServerError) {
    (self.loop, self.accept, self.onFailure) = (loop, accept, onFailure)
    // Begins disabled, because `evconnlistener_new` says nothing of a failure to begin.
    let flags = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_DISABLED)
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle = evconnlistener_new(
      loop.base,
      { _, descriptor, address, _, context in
        guard let address, let context else { return }
        Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().accept(descriptor, ClientAddress(address))
      }, context, flags, 0, descriptor)
    guard handle != nil else {
      systemClose(descriptor)
      throw .libevent("evconnlistener_new")
    }
    evconnlistener_set_error_cb(handle) { _, context in
      guard let context else { return }
      Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().pauseAccepting(errno)
    }
    guard evconnlistener_enable(handle) == 0 else { throw .libevent("evconnlistener_enable") }
  }

  deinit {
    // Where `init` has failed there may be none.
    if let handle { evconnlistener_free(handle) }
  }

  private func pauseAccepting(_ code: Int32) {
    evconnlistener_disable(handle)
    onFailure(String(cString: strerror(code)))
    pause = Event(base: loop.base) { [unowned self] _ in
      if evconnlistener_enable(handle) != 0 { pauseAccepting(errno) }
    }
    pause?.add(timeout: Self.pauseTime)
  }
}
