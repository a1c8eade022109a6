import DatastarLocking

/// What the event streams of this process have sent, for those who watch it.
public enum StreamStatistics {
  /// The figures of one moment. All only grow.
  public struct Figures: Sendable {
    /// Frames that were handed to clients, each of them counted.
    public var deliveries = 0
    /// Frames that were never sent, because a newer one took their place while a client was slow.
    public var conflated = 0
    /// Messages that were never sent, because too many waited for a slow client.
    public var dropped = 0
    /// Bytes of frames that were sent as they are.
    public var plainBytes = 0
    /// Bytes of frames that were sent compressed.
    public var compressedBytes = 0
  }

  /// Counts for one loop: loops that counted in one place would wait for each other's caches.
  final class OfLoop: Sendable {
    let deliveries = Tally()
    let conflated = Tally()
    let dropped = Tally()
    let plainBytes = Tally()
    let compressedBytes = Tally()

    init() {
      StreamStatistics.loops.withLock { $0.append(self) }
    }
  }

  private static let loops = Locked<[OfLoop]>([])

  /// The sums of all loops.
  public static var figures: Figures {
    loops.withLock { loops in
      loops.reduce(into: Figures()) { sum, loop in
        sum.deliveries += loop.deliveries.value
        sum.conflated += loop.conflated.value
        sum.dropped += loop.dropped.value
        sum.plainBytes += loop.plainBytes.value
        sum.compressedBytes += loop.compressedBytes.value
      }
    }
  }
}
