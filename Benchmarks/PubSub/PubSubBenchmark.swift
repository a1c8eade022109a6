import Foundation

#if NATS || PostgreSQL || Redis
  import BrokerPubSub
  import DatastarLocking
  import DatastarPubSub

  /// Sends messages from one backend to another and prints how many arrive in a second, as JSON.
  @main
  struct PubSubBenchmark {
    static let count = 100_000
    /// So many bytes are under way at once, well below what a backend lets wait.
    static let window = 4_000_000

    static func main() async throws {
      let arguments = CommandLine.arguments
      guard arguments.count == 3, let size = Int(arguments[2]), let from = try backend(arguments[1]),
        let to = try backend(arguments[1])
      else {
        return fail("usage: pubsub-benchmark redis://…|nats://…|postgres://… BYTES", 2)
      }
      let (arrived, isHeld) = (Tally(), Tally())
      to.onMissedUpdates { _ in isHeld.add() }
      _ = try to.subscribe(to: "benchmark") { _ in arrived.add() }
      while isHeld.value == 0 || from.status?.failure != nil { try await Task.sleep(for: .milliseconds(1)) }

      let payload = Payload([UInt8](repeating: UInt8(ascii: "x"), count: size))
      let start = ContinuousClock.now
      for number in 0...count {
        // What may be on the way: nothing in the end.
        while (number - arrived.value) * size >= (number < count ? window : 1) {
          guard isHeld.value == 1, from.status?.keptBack == 0 else {
            return fail("the broker was lost after \(arrived.value) messages", 1)
          }
          await Task.yield()
        }
        if number < count { try from.publish(payload, to: "benchmark") }
      }
      let time = (ContinuousClock.now - start) / .seconds(1)
      print("{\"messages_per_s\": \(Int(Double(count) / time))}")
      from.close()
      to.close()
    }

    /// A process's end of a broker; nil for one that this was not built with.
    private static func backend(_ address: String) throws -> (any Backend)? {
      #if NATS
        if address.hasPrefix("nats:") { return try NATSBackend(NATSAddress(address)) }
      #endif
      #if PostgreSQL
        if address.hasPrefix("postgres") { return try PostgreSQLBackend(PostgreSQLAddress(address)) }
      #endif
      #if Redis
        if address.hasPrefix("redis:") { return try RedisBackend(RedisAddress(address)) }
      #endif
      return nil
    }
  }
#else
  @main
  struct PubSubBenchmark {
    static func main() {
      fail("built without a broker: build it with --traits NATS,PostgreSQL,Redis", 1)
    }
  }
#endif

private func fail(_ message: String, _ status: Int32) {
  FileHandle.standardError.write(Data("pubsub-benchmark: \(message)\n".utf8))
  exit(status)
}
