import DatastarLocking
import Testing

@testable import LibeventHTTP

@Suite("EventLoop: work from other threads") struct EventLoopTests {
  @Test("work runs on the loop's thread, in the order it was handed over")
  func order() async throws {
    let loop = try EventLoop()
    let seen = Locked<[Int]>([])
    for number in 0..<1000 {
      loop.execute { seen.withLock { $0.append(loop.isCurrent ? number : -1) } }
    }
    loop.stop()
    #expect(seen.withLock { $0 } == Array(0..<1000))
  }

  @Test("work from eight threads all runs")
  func manyThreads() async throws {
    let loop = try EventLoop()
    let count = Locked(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<500 { loop.execute { count.withLock { $0 += 1 } } } }
      }
    }
    loop.stop()
    #expect(count.withLock { $0 } == 4000)
  }

  @Test("a task that prefers the loop starts there and comes back there after a wait")
  func taskExecutor() async throws {
    let loop = try EventLoop()
    let places = await Task(executorPreference: loop.tasks) {
      let before = loop.isCurrent
      await Task.detached {}.value
      return (before, loop.isCurrent)
    }.value
    #expect(places == (true, true))
    loop.stop()
  }

  @Test("an actor lives on the loop that is its executor")
  func actorOnLoop() async throws {
    actor Resident {
      let loop: EventLoop
      init(loop: EventLoop) { self.loop = loop }
      nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
      func isAtHome() -> Bool { loop.isCurrent }
    }
    let loop = try EventLoop()
    #expect(await Resident(loop: loop).isAtHome())
    loop.stop()
  }

  @Test("work that is handed over while the loop ends runs on its thread or not at all")
  func whileEnding() throws {
    let loop = try EventLoop()
    let elsewhere = Locked(0)
    @Sendable func goOn(_ rest: Int) {
      if !loop.isCurrent { elsewhere.withLock { $0 += 1 } }
      if rest > 0 { loop.execute { goOn(rest - 1) } }
    }
    // Never without work, so that there is some when it ends.
    loop.execute { goOn(10_000_000) }
    loop.stop()
    #expect(elsewhere.withLock { $0 } == 0)
  }

  @Test("what is handed over after the end is dropped")
  func afterTheEnd() throws {
    let loop = try EventLoop()
    loop.stop()
    loop.execute { Issue.record("ran after the end") }
    loop.stop()
  }
}
