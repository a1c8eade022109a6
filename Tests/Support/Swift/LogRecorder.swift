import DatastarLocking
import Logging

/// A log whose lines a test reads.
public final class LogRecorder: Sendable {
  /// One line.
  public struct Line: Sendable {
    /// How much it matters.
    public let level: Logger.Level
    /// What it says.
    public let message: String
    /// What it says beside that.
    public let metadata: Logger.Metadata
  }

  private let recorded = Locked<[Line]>([])

  /// An empty log.
  public init() {}

  /// What has been logged.
  public var lines: [Line] { recorded.withLock { $0 } }

  /// What writes to the log.
  public var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private struct Handler: LogHandler {
    let log: LogRecorder
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = Line(
        level: event.level, message: event.message.description,
        metadata: metadata.merging(event.metadata ?? [:]) { $1 })
      log.recorded.withLock { $0.append(line) }
    }
  }
}
