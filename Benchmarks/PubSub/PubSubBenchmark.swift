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
        FileHandle.standardError.write(
          Data("usage: pubsub-benchmark redis://…|nats://…|postgres://… BYTES\n".utf8))
        exit(2)
      }
      let (arrived, isHeld) = (Tally(), Tally())
      to.onMissedUpdates { _ in isHeld.add() }
      _ = try to.subscribe(to: "benchmark") { _ in arrived.add() }
      while isHeld.value == 0 || from.status?.failure != nil { try await Task.sleep(for: .milliseconds(1)) }

      let payload = Payload([UInt8](repeating: UInt8(ascii: "x"), count: size))
      let start = ContinuousClock.now
      for number in 0..<count {
        while (number - arrived.value) * size >= window { await Task.yield() }
        try from.publish(payload, to: "benchmark")
      }
      while arrived.value < count { await Task.yield() }
      let time = (ContinuousClock.now - start) / .seconds(1)
      print("{\"messages_per_s\": \(Int(Double(count) / time)), \"kept_back\": \(from.status?.keptBack ?? 0)}")
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
      FileHandle.standardError.write(
        Data("pubsub-benchmark: built without a broker: build it with --traits NATS,PostgreSQL,Redis\n".utf8))
      exit(1)
    }
  }
#endif
