import DatastarPubSub

#if NATS || PostgreSQL || Redis
  import BrokerPubSub
#endif

/// What `--pubsub` says of how servers are joined.
enum PubSubOption {
  /// What is meant where nothing is said: the PostgreSQL that has the lists, since servers that share it are several.
  static func standard(for database: String) -> String { StoreOption.isAddress(database) ? database : "memory" }

  /// What is said in the log: no more of it than its scheme, since there may be a password in it.
  static func name(_ text: String) -> String { String(text.prefix { $0 != ":" }) }

  /// - Throws: ``SettingsError`` for what is neither `memory` nor the address of a broker that this was built with.
  static func backend(_ text: String) throws(SettingsError) -> any Backend {
    if text == "memory" { return MemoryBackend() }
    do {
      switch text.split(separator: ":", omittingEmptySubsequences: false).first {
      case "redis": return try redis(text)
      case "nats": return try nats(text)
      case "postgres", "postgresql": return try postgreSQL(text)
      default: break
      }
    } catch let error as PubSubError {
      throw SettingsError("--pubsub: \(error)")
    } catch {
      throw SettingsError("\(error)")
    }
    // No more of it: there may be a password in it.
    let scheme = text.firstIndex(of: ":").map { "\(text[...$0])…" } ?? "without a scheme"
    throw SettingsError(
      "--pubsub \(scheme) is neither memory nor redis://user:password@host:6379/0, nats://user:password@host:4222 or "
        + "postgres://user:password@host:5432/database")
  }

  private static func redis(_ text: String) throws -> any Backend {
    #if Redis
      try RedisBackend(RedisAddress(text))
    #else
      throw missing("Redis")
    #endif
  }

  private static func nats(_ text: String) throws -> any Backend {
    #if NATS
      try NATSBackend(NATSAddress(text))
    #else
      throw missing("NATS")
    #endif
  }

  private static func postgreSQL(_ text: String) throws -> any Backend {
    #if PostgreSQL
      try PostgreSQLBackend(PostgreSQLAddress(text))
    #else
      throw missing("PostgreSQL")
    #endif
  }

  private static func missing(_ trait: String) -> SettingsError {
    SettingsError("this todo-server was built without \(trait): build it with swift build --traits \(trait)")
  }
}
