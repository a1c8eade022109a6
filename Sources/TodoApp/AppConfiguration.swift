import DatastarLocking
import DatastarPubSub
import LibeventHTTP

/// What the application is put together with, beside its store.
public struct AppConfiguration: Sendable {
  /// The folder that has `Templates/` and `Public/` in it.
  public var root: String
  /// What the pub/sub core is made of; in memory by default.
  public var pubSub = Configuration()
  /// The host names that the server goes by, beside `localhost` and addresses in numbers; `*` stands for any.
  public var allowedHosts: [String] = []
  /// How many commands a second one address may send for long; ten times as many at once. Nil for any number.
  public var writesPerSecond: Int? = 100
  /// Whether that holds for clients on this machine as well.
  public var limitsLoopback = false
  /// Whether templates and public files are read again when they change, and open pages follow; for whoever works on them.
  public var watchesFiles = false
  /// What the server and its streams count, to be shown at `/metrics`.
  public var metrics = MetricsRegistry()
  /// How many log lines could not be written, counted by whoever writes them, to be shown there as well.
  public var droppedLogLines = Tally()

  /// The defaults, for the files at `root`.
  public init(root: String) {
    self.root = root
  }
}
