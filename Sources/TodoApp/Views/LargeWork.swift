import DatastarLocking
import Foundation
import LibeventHTTP
import TodoStorage

/// Carries out what takes more than a millisecond, such as to read and render a long list, or to read one that is sent,
/// beside the event loops.
///
/// Less of it is under way at a time than there are threads to carry it out, so that what is small always finds one.
/// What waits is begun in the order of the times by which it should be: these are the sooner the smaller the work is, and
/// nothing waits for ever behind what is smaller.
final class LargeWork: Sendable {
  /// What work is for.
  enum Purpose {
    /// What is sent to those who follow a topic: never refused, since there is one a topic at most.
    case update
    /// What a client has sent: not refused here, since bodies and the commands of an address have limits of their own.
    case command
    /// An answer to a client, which is refused where too many wait.
    case answer(ClientAddress)

    /// How long work may wait for each kilobyte that it makes: a list of 5,000 todos 50 ms, or 10 seconds, which is
    /// longer than all that may wait takes, or small lists would wait for all that have waited for so long.
    fileprivate var patience: Duration {
      if case .update = self { .microseconds(20) } else { .milliseconds(4) }
    }
  }

  /// What makes up to so many bytes is done where it is asked for.
  static let smallSize = 32 * 1024
  /// So many answers are made or wait to be made at most.
  static let answerLimit = 64
  /// So many of them for one address.
  static let addressLimit = 16

  private let limit: Int
  private let limitsLoopback: Bool
  private let state = Locked(State())

  private struct State {
    /// Answers that are made or wait to be made.
    var answers = 0
    /// Those for one address.
    var answersTo: [String: Int] = [:]
    var refused = 0
    var running = 0
    var waiting: [(deadline: ContinuousClock.Instant, caller: CheckedContinuation<Void, Never>)] = []

    mutating func forgetAnswer(to client: ClientAddress) {
      answers -= 1
      let left = answersTo[client.network, default: 1] - 1
      answersTo[client.network] = left > 0 ? left : nil
    }
  }

  /// - Parameters:
  ///   - limit: how much is under way at a time.
  ///   - limitsLoopback: whether clients on this machine are counted by their address as well.
  init(limit: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1), limitsLoopback: Bool = false) {
    (self.limit, self.limitsLoopback) = (limit, limitsLoopback)
  }

  /// How much waits for its turn.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// How many answers have been refused.
  var refused: Int { state.withLock { $0.refused } }

  /// Carries out work when its turn has come; at once and on the caller's thread where it is small.
  ///
  /// - Parameter size: about how many bytes are made.
  /// - Throws: `HTTPError` 503 for an answer where too many wait, and 429 where too many of its address do; what `work`
  ///   throws.
  func run<Result: Sendable>(
    _ size: Int, for purpose: Purpose, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    guard size > Self.smallSize else { return try await work() }
    if case .answer(let client) = purpose { try admit(client) }
    let deadline = ContinuousClock.now + purpose.patience * (size / 1024)
    // A task of its own, since the caller's may be bound to an event loop.
    return try await Task {
      await enter(deadline)
      defer { leave(purpose) }
      return try await work()
    }.value
  }

  private func admit(_ client: ClientAddress) throws(HTTPError) {
    try state.withLock { state throws(HTTPError) in
      do throws(HTTPError) {
        try check(client, state)
      } catch {
        state.refused += 1
        throw error
      }
      state.answers += 1
      state.answersTo[client.network, default: 0] += 1
    }
  }

  private func check(_ client: ClientAddress, _ state: State) throws(HTTPError) {
    guard state.answers < Self.answerLimit else {
      throw HTTPError(.serviceUnavailable, "too many long lists are being read; try again in a moment", retryAfter: 1)
    }
    guard limitsLoopback || !client.isLoopback else { return }
    guard state.answersTo[client.network, default: 0] < Self.addressLimit else {
      throw HTTPError(
        .tooManyRequests, "your address reads \(Self.addressLimit) long lists already; wait for these", retryAfter: 1)
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
      if case .answer(let client) = purpose { state.forgetAnswer(to: client) }
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
