#if NATS
  import DatastarPubSub
  import LibeventHTTP

  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  /// Where the servers of a NATS are, and as whom to speak to them: `nats://user:password@host:4222,otherhost:4222`.
  public struct NATSAddress: Sendable, Equatable, CustomStringConvertible {
    /// Each with its port.
    let hosts: [String]
    let user: String?
    let password: String?

    private static let form = "the address is not of the form nats://user:password@host:4222,otherhost:4222"

    /// Reads a URL; user, password, ports and all hosts but one may be left out.
    ///
    /// - Throws: `PubSubError.backend` for any other URL. The password is not repeated there.
    public init(_ url: String) throws(PubSubError) {
      guard url.hasPrefix("nats://") else { throw .backend(Self.form) }
      let rest = url.dropFirst("nats://".count)
      let (login, servers) = rest.lastIndex(of: "@").map { (rest[..<$0], rest[$0...].dropFirst()) } ?? (nil, rest)
      // Each by the rules of URLs, which know one host.
      let parts = servers.split(separator: ",", omittingEmptySubsequences: false).map { server in
        URLComponents(string: "nats://\(login.map { "\($0)@" } ?? "")\(server)")
      }
      hosts = parts.compactMap { part in
        guard let part, let host = part.host, !host.isEmpty, part.path.isEmpty || part.path == "/", part.query == nil,
          part.fragment == nil, (1...65535).contains(part.port ?? 4222)
        else { return nil }
        return "\(host):\(part.port ?? 4222)"
      }
      guard hosts.count == parts.count, let first = parts.first else { throw .backend(Self.form) }
      user = first?.user.flatMap { $0.isEmpty ? nil : $0 }
      password = first?.password
      if (user == nil) != (password == nil) {
        throw .backend("the address has a user or a password alone: say nats://user:password@host:4222,otherhost:4222")
      }
    }

    /// Hosts and ports, without what is secret.
    public var description: String { hosts.joined(separator: ",") }
  }

  extension NATSAddress: Broker {
    var title: String { "NATS at \(self)" }

    var connectTimeout: Duration { brokerPatience * (hosts.count + 1) }

    func connect(
      on loop: EventLoop, report: @escaping (BrokerEvent) -> Void
    ) throws(BrokerFailure) -> any BrokerConnection {
      NATSConnection(to: self, on: loop, report)
    }
  }
#endif
