import DatastarLocking
import Dispatch
import Foundation

/// Writes log lines on a thread of its own: whoever logs never waits for whoever reads.
///
/// Lines wait in a queue of bounded size. Those for which there is no room are dropped and counted; once there is room
/// again, a line says how many.
final class LogWriter: Sendable {
  /// How many lines have been dropped.
  let dropped = Tally()
  private let descriptor: Int32
  /// The most bytes that wait, what is being written among them.
  private let limit: Int
  private let state = Locked(State())
  private let hasLines = DispatchSemaphore(value: 0)

  private struct State {
    var lines: [String] = []
    /// Of the lines that wait and of those that are being written.
    var bytes = 0
    var unreported = 0
    var whenEmpty: [DispatchSemaphore] = []
  }

  /// Writes to `descriptor`, which stays open for as long as the process lives.
  init(to descriptor: Int32, limit: Int = 1024 * 1024) {
    (self.descriptor, self.limit) = (descriptor, limit)
    Thread.detachNewThread { [self] in
      while true {
        hasLines.wait()
        writeLines()
      }
    }
  }

  /// Has a line written, or dropped where too much waits. Never waits itself.
  func add(_ line: String) {
    let isFirst = state.withLock { state in
      guard state.bytes + line.utf8.count <= limit else {
        state.unreported += 1
        dropped.add()
        return false
      }
      state.lines.append(line)
      state.bytes += line.utf8.count
      return state.lines.count == 1
    }
    if isFirst { hasLines.signal() }
  }

  /// Waits until all lines have been written, or until `seconds` have passed: nobody may be reading.
  func flush(within seconds: Double) {
    let isEmpty = DispatchSemaphore(value: 0)
    let waits = state.withLock { state in
      if state.bytes > 0 { state.whenEmpty.append(isEmpty) }
      return state.bytes > 0
    }
    if waits { _ = isEmpty.wait(timeout: .now() + seconds) }
  }
}

// MARK: - The thread

extension LogWriter {
  private func writeLines() {
    while let lines = takeLines() {
      for line in lines {
        if !write(line) { dropped.add() }
        state.withLock { $0.bytes -= line.utf8.count }
      }
      report()
    }
  }

  /// Takes what waits; where nothing does, tells those who wait for that.
  private func takeLines() -> [String]? {
    let (lines, whenEmpty) = state.withLock { state in
      defer {
        if state.lines.isEmpty { state.whenEmpty = [] }
        state.lines = []
      }
      return (state.lines, state.lines.isEmpty ? state.whenEmpty : [])
    }
    for semaphore in whenEmpty { semaphore.signal() }
    return lines.isEmpty ? nil : lines
  }

  private func report() {
    let count = state.withLock { state in
      defer { state.unreported = 0 }
      return state.unreported
    }
    if count > 0 {
      _ = write(LogLines.line(.warning, "log lines were dropped: nobody read them in time", ["count": "\(count)"]))
    }
  }

  /// Writes a line, in one call unless the other end takes less: lines of several processes may share a pipe.
  ///
  /// Returns whether that could be done: a log that cannot be written ends nothing.
  private func write(_ line: String) -> Bool {
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        // Somebody who shares the terminal or the pipe may have set it so.
        var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&writable, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}

// Inside `LogWriter`, the plain name is its own method's.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
