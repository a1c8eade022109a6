import CLibevent

/// One libevent event: a timer, the readiness of a descriptor, or a call that another thread triggers.
///
/// Belongs to its loop's thread; ``activate()`` alone may be called from any. Ends with its last reference.
package final class Event {
  private let action: (Readiness) -> Void
  private var handle: OpaquePointer?

  /// What made an event fire.
  package struct Readiness: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    static let readable = Readiness(rawValue: EV_READ)
    static let writable = Readiness(rawValue: EV_WRITE)
    static let timedOut = Readiness(rawValue: EV_TIMEOUT)
  }

  /// Creates an event that waits for nothing until it is added.
  ///
  /// - Parameters:
  ///   - descriptor: what to watch; none for timers.
  ///   - flags: libevent's `EV_READ`, `EV_WRITE`, `EV_PERSIST`.
  package init(base: OpaquePointer, descriptor: Int32 = -1, flags: Int32 = 0, action: @escaping (Readiness) -> Void) {
    self.action = action
    // Unretained: `deinit` frees the event before the object goes, so the callback never sees a dead one.
    handle = event_new(
      base, descriptor, Int16(flags),
      { _, what, context in
        guard let context else { return }
        let event = Unmanaged<Event>.fromOpaque(context).takeUnretainedValue()
        // The action may drop the last reference to its own event.
        withExtendedLifetime(event) { event.action(Readiness(rawValue: Int32(what))) }
      },
      Unmanaged.passUnretained(self).toOpaque())
    precondition(handle != nil, "event_new failed: out of memory")
  }

  deinit {
    if let handle { event_free(handle) }
  }

  /// Has a timer fire after `timeout`, at every such time if it is to persist.
  package func add(timeout: Duration) {
    precondition(watch(timeout: timeout), "event_add failed: out of memory")
  }

  /// Watches the descriptor, for at most `timeout` where one is given.
  ///
  /// - Returns: whether it is watched: the system may have no room for one more, or none for one of its kind.
  package func watch(timeout: Duration? = nil) -> Bool {
    guard let handle else { return false }
    guard let timeout else { return event_add(handle, nil) == 0 }
    var interval = timeval(timeout)
    return event_add(handle, &interval) == 0
  }

  /// Waits no more.
  func remove() {
    if let handle { event_del(handle) }
  }

  /// Makes the event fire as soon as its loop turns.
  func activate() {
    if let handle { event_active(handle, 0, 0) }
  }
}

extension timeval {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(tv_sec: .init(seconds), tv_usec: .init(attoseconds / 1_000_000_000_000))
  }
}
