import CLibevent
import DatastarLocking

/// One libevent `event_base` on a thread of its own.
///
/// A loop is a serial executor, and has a task executor in ``tasks``, so an actor or a task can live on it, and everything
/// that belongs to a socket is touched on its thread alone. Work handed over from other threads runs in the order it came in.
package final class EventLoop: @unchecked Sendable {
  // Sendable: `base` is set once; libevent locks it itself after `evthread_use_pthreads`, and all that
  // is called on it from other threads is `event_active`. `sharedObjects` is touched on the loop's thread only. The
  // rest is behind locks.
  package let base: OpaquePointer
  private let inbox: Locked<Inbox>
  /// What has tasks run on the loop.
  package let tasks: Tasks
  private let thread = Locked<pthread_t?>(nil)
  private var sharedObjects: [ObjectIdentifier: AnyObject] = [:]

  /// What other threads have handed over and the loop has not yet taken.
  fileprivate struct Inbox {
    var work: [Work] = []
    /// Tells the loop to look; nil before the start and after the end.
    var wakeUp: Event?

    /// - Returns: false where the loop has ended, and the work is dropped.
    mutating func add(_ item: Work) -> Bool {
      guard let wakeUp else { return false }
      work.append(item)
      // One wake-up serves a whole burst: the loop empties the inbox each time.
      if work.count == 1 { wakeUp.activate() }
      return true
    }
  }

  fileprivate enum Work {
    case job(UnownedJob)
    /// Of a task that prefers ``tasks``.
    case taskJob(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  /// Creates a loop and starts its thread.
  ///
  /// - Throws: ``HTTPServerError/libevent(_:)`` where the system refuses a new event base or thread.
  package init() throws(HTTPServerError) {
    guard Self.libeventIsThreadSafe, let base = event_base_new() else { throw .libevent("event_base_new") }
    self.base = base
    inbox = Locked(Inbox())
    tasks = Tasks(inbox)
    inbox.withLock { $0.wakeUp = Event(base: base) { [unowned self] _ in runInbox() } }
    do throws(HTTPServerError) {
      try startThread()
    } catch {
      inbox.withLock { $0.wakeUp = nil }
      event_base_free(base)
      throw error
    }
  }

  private static let libeventIsThreadSafe = evthread_use_pthreads() == 0

  /// The loop on whose thread the caller runs; nil on any other thread.
  package static var current: EventLoop? {
    // A loop lives for as long as its thread, by `main`.
    pthread_getspecific(currentLoop).map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Whether the caller runs on this loop's thread.
  package var isCurrent: Bool {
    pthread_getspecific(Self.currentLoop) == UnsafeMutableRawPointer(Unmanaged.passUnretained(self).toOpaque())
  }

  /// Traps unless the caller runs on this loop's thread, which alone may touch what the loop owns.
  package func preconditionIsCurrent(file: StaticString = #fileID, line: UInt = #line) {
    precondition(isCurrent, "called off the event loop that owns this", file: file, line: line)
  }

  /// Runs `work` on the loop's thread, after all that was handed over before it. Never waits.
  ///
  /// - Returns: false where the loop has ended, and the work is dropped.
  @discardableResult
  package func execute(_ work: @escaping @Sendable () -> Void) -> Bool {
    enqueue(.closure(work))
  }

  /// Calls `body` on the loop's thread, and returns what it does.
  package func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    // By a lock: of a continuation that is resumed before it is awaited, the thread sanitizer does not see that what was
    // made before the one comes before the other.
    let result = Locked<Swift.Result<Result, Failure>?>(nil)
    await withCheckedContinuation { done in
      execute {
        let outcome = Swift.Result(catching: body)
        result.withLock { $0 = outcome }
        done.resume()
      }
    }
    guard let outcome = result.withLock(\.self) else { preconditionFailure("resumed without a result") }
    return try outcome.get()
  }

  /// The one object of its class that all that runs on this loop shares, made by the first call.
  ///
  /// To be called on the loop, whose thread alone may use the object.
  package func shared<Object: AnyObject>(_ make: () -> Object) -> Object {
    preconditionIsCurrent()
    if let object = sharedObjects[ObjectIdentifier(Object.self)] as? Object { return object }
    let object = make()
    sharedObjects[ObjectIdentifier(Object.self)] = object
    return object
  }

  /// Calls `action` on the loop's thread every `interval` for as long as what is returned is kept.
  ///
  /// To be called on the loop.
  func repeating(every interval: Duration, _ action: @escaping () -> Void) -> Event {
    preconditionIsCurrent()
    let timer = Event(base: base, flags: EV_PERSIST) { _ in action() }
    timer.add(timeout: interval)
    return timer
  }

  /// Ends the loop once all that was handed over has run, and waits for its thread.
  ///
  /// Not to be called on the loop itself. What is handed over when it has ended is dropped.
  package func stop() {
    precondition(!isCurrent, "an event loop cannot wait for its own end")
    guard let thread = thread.withLock({ $0.take() }) else { return }
    execute { [self] in event_base_loopexit(base, nil) }
    pthread_join(thread, nil)
    event_base_free(base)
  }
}

// MARK: - The thread

extension EventLoop {
  private static let currentLoop: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  private func startThread() throws(HTTPServerError) {
    let argument = Unmanaged.passRetained(self)
    let status = thread.withLock { thread in
      #if canImport(Darwin)
        pthread_create(&thread, nil, { EventLoop.main($0) }, argument.toOpaque())
      #else
        var created = pthread_t()
        let status = pthread_create(&created, nil, { EventLoop.main($0) }, argument.toOpaque())
        thread = created
        return status
      #endif
    }
    guard status == 0 else {
      argument.release()
      throw .libevent("pthread_create")
    }
  }

  private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    pthread_setspecific(currentLoop, argument)
    let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
    event_base_loop(loop.base, EVLOOP_NO_EXIT_ON_EMPTY)
    // What was handed over while the loop came to its end runs here, where alone it may; nothing follows it.
    loop.inbox.withLock { $0.wakeUp = nil }
    loop.runInbox()
    return nil
  }

  @discardableResult
  private func enqueue(_ work: Work) -> Bool {
    inbox.withLock { $0.add(work) }
  }

  private func runInbox() {
    let work = inbox.withLock { inbox in
      defer { inbox.work = [] }
      return inbox.work
    }
    for item in work {
      switch item {
      case .job(let job):
        job.runSynchronously(on: asUnownedSerialExecutor())
      case .taskJob(let job):
        job.runSynchronously(on: tasks.asUnownedTaskExecutor())
      case .closure(let closure):
        closure()
      }
    }
  }
}

// MARK: - Swift concurrency

extension EventLoop: SerialExecutor {
  /// Runs a job of Swift's runtime on the loop's thread.
  package func enqueue(_ job: consuming ExecutorJob) {
    enqueue(.job(UnownedJob(job)))
  }

  /// This loop as the runtime's reference to a serial executor.
  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Runs tasks on a loop: `Task(executorPreference: loop.tasks) { … }`.
  ///
  /// Not the loop itself: a job that runs isolated to a serial executor leaves that at each return from an asynchronous
  /// function, which would be a way through the loop's inbox each time, ten for a page.
  package final class Tasks: TaskExecutor {
    // Not the loop, which holds this.
    private let inbox: Locked<Inbox>

    fileprivate init(_ inbox: Locked<Inbox>) { self.inbox = inbox }

    /// Runs a job of Swift's runtime on the loop's thread.
    package func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      _ = inbox.withLock { $0.add(.taskJob(job)) }
    }
  }

  /// Traps unless the caller runs on this loop's thread.
  package func checkIsolated() {
    preconditionIsCurrent()
  }
}
