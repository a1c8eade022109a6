#if Redis
  import DatastarPubSub

  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  /// Where a Redis is, and as whom to speak to it: `redis://user:password@host:6379/0`.
  public struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or a number.
    public let host: String
    /// 6379 where none is given.
    public let port: Int
    let user: String?
    let password: String?
    /// Keeps applications apart that share a Redis: pub/sub itself knows no databases.
    let database: Int

    /// Reads a URL; user, password, port and database may be left out.
    ///
    /// - Throws: `PubSubError.backend` for any other URL. The password is not repeated there.
    public init(_ url: String) throws(PubSubError) {
      guard let parts = URLComponents(string: url), parts.scheme == "redis", let host = parts.host, !host.isEmpty,
        parts.query == nil, parts.fragment == nil, (1...65535).contains(parts.port ?? 6379),
        let database = parts.path.count < 2 ? 0 : Int(parts.path.dropFirst()), (0...65535).contains(database)
      else { throw .backend("the address is not of the form redis://user:password@host:6379/0") }
      self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
      self.port = parts.port ?? 6379
      self.database = database
      user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
      password = parts.password
      if user != nil && password == nil {
        throw .backend("the address has a user without a password: say redis://user:password@host")
      }
    }

    /// Host and port, without what is secret.
    public var description: String { "\(host):\(port)" }

    /// The channel of a topic.
    func channel(of topic: Topic) -> String { prefix + topic.name }

    /// The topic of a channel; nil for one that is not ours.
    func topic(of channel: String) -> Topic? {
      channel.hasPrefix(prefix) ? Topic(String(channel.dropFirst(prefix.count))) : nil
    }

    private var prefix: String { database == 0 ? "datastar:" : "datastar@\(database):" }

    /// What a new connection has to say first.
    var greeting: [[String]] {
      let login = password.map { ["AUTH"] + (user.map { [$0] } ?? []) + [$0] }
      return [login, database == 0 ? nil : ["SELECT", "\(database)"]].compactMap { $0 }
    }
  }
#endif
