import DatastarPubSub

#if Redis
  import BrokerPubSub
#endif

/// What `--pubsub` says of how servers are joined.
enum PubSubOption {
  /// - Throws: ``SettingsError`` for what is neither `memory` nor the address of a Redis.
  static func backend(_ text: String) throws(SettingsError) -> any Backend {
    if text == "memory" { return MemoryBackend() }
    guard text.hasPrefix("redis:") else {
      // No more of it: there may be a password in it.
      let scheme = text.firstIndex(of: ":").map { "\(text[...$0])…" } ?? "without a scheme"
      throw SettingsError("--pubsub \(scheme) is neither memory nor redis://user:password@host:6379/0")
    }
    #if Redis
      do {
        return try RedisBackend(RedisAddress(text))
      } catch {
        throw SettingsError("--pubsub: \(error)")
      }
    #else
      throw SettingsError("this todo-server was built without Redis: build it with swift build --traits Redis")
    #endif
  }
}
