/// A value behind a POSIX mutex.
///
/// The lock is not recursive: nothing may be called inside ``withLock(_:)`` that could come back to it. It is used in
/// place of `Synchronization.Mutex`, in which the thread sanitizer on Linux reports races that are not there.
public final class Locked<Value>: @unchecked Sendable {
  // Sendable: `value` is reached only while `mutex` is held.
  @usableFromInline var value: Value
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// Protects `value` from now on.
  @inlinable public init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    let status = pthread_mutex_init(mutex, nil)
    precondition(status == 0, "pthread_mutex_init failed with error \(status)")
  }

  @inlinable deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` alone on the value and answers what it returns.
  @inlinable public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
