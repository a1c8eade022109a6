import Foundation
import HTTPServer
import Locking
import Todos

/// Carries out what takes more than a millisecond, such as to read and render a long list, beside the event loops.
///
/// Less of it is under way at a time than there are threads to carry it out, so that what is small always finds one.
/// What waits is begun in the order of the times by which it should be: these are the sooner the smaller the work is, and
/// nothing waits for ever behind what is smaller.
final class LargeWork: Sendable {
  /// What work is for.
  enum Purpose {
    /// What is sent to those who follow a topic: never refused, since there is one a topic at most.
    case update
    /// A request's answer, which is refused where too many wait.
    case answer

    /// How long work may wait for each kilobyte that it makes: a list of 5,000 todos 50 ms, or a second.
    fileprivate var patience: Duration { self == .update ? .microseconds(20) : .microseconds(400) }
  }

  /// What makes up to so many bytes is done where it is asked for.
  static let smallSize = 32 * 1024
  /// So many answers are made or wait to be made at most.
  static let answerLimit = 64

  private let limit: Int
  private let state = Locked(State())

  private struct State {
    /// Answers that are made or wait to be made.
    var answers = 0
    var refused = 0
    var running = 0
    var waiting: [(deadline: ContinuousClock.Instant, caller: CheckedContinuation<Void, Never>)] = []
  }

  /// - Parameter limit: how much is under way at a time.
  init(limit: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)) {
    self.limit = limit
  }

  /// How much waits for its turn.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// How many answers have been refused.
  var refused: Int { state.withLock { $0.refused } }

  /// Carries out work when its turn has come; at once and on the caller's thread where it is small.
  ///
  /// - Parameter size: about how many bytes are made.
  /// - Throws: `HTTPError` 503 for an answer where too many wait; what `work` throws.
  func run<Result: Sendable>(
    _ size: Int, for purpose: Purpose, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard size > Self.smallSize else { return try await work() }
    if purpose == .answer { try admit() }
    let deadline = ContinuousClock.now + purpose.patience * (size / 1024)
    // A task of its own, since the caller's may be bound to an event loop.
    return try await Task {
      await enter(deadline)
      defer { leave(purpose) }
      return try await work()
    }.value
  }

  private func admit() throws(HTTPError) {
    let isAdmitted = state.withLock { state in
      guard state.answers < Self.answerLimit else {
        state.refused += 1
        return false
      }
      state.answers += 1
      return true
    }
    guard isAdmitted else {
      throw HTTPError(.serviceUnavailable, "too many long lists are being read; try again in a moment", retryAfter: 1)
    }
  }

  private func enter(_ deadline: ContinuousClock.Instant) async {
    await withCheckedContinuation { caller in
      let isNext = state.withLock { state in
        guard state.running < limit else {
          state.waiting.append((deadline, caller))
          return false
        }
        state.running += 1
        return true
      }
      if isNext { caller.resume() }
    }
  }

  private func leave(_ purpose: Purpose) {
    let next = state.withLock { state in
      if purpose == .answer { state.answers -= 1 }
      let next = state.waiting.indices.min { state.waiting[$0].deadline < state.waiting[$1].deadline }
      // The next one takes this one's place.
      if next == nil { state.running -= 1 }
      return next.map { state.waiting.remove(at: $0).caller }
    }
    next?.resume()
  }
}

extension StoredState {
  /// About how many bytes all of it takes on a page.
  var pageSize: Int { 450 * rowCount + 2 * titleBytes }
}
