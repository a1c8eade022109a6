#if PostgreSQL
  import CPostgreSQL
  import DatastarLocking
  import DatastarPubSub
  import LibeventHTTP

  /// Where a PostgreSQL is, in the form that [libpq](https://www.postgresql.org/docs/current/libpq-connect.html) has:
  /// `postgres://user:password@host:5432,otherhost:5432/database?sslmode=verify-full`.
  ///
  /// What is left out is taken from where libpq takes it: `PGPASSWORD`, a password file, a service file. Of several
  /// hosts the one is used that is no standby, unless `target_session_attrs` says otherwise.
  public struct PostgreSQLAddress: Sendable, CustomStringConvertible {
    private let url: String
    private let hosts: [String]
    /// So many seconds each host gets.
    private let timeout: Int

    /// Reads a URL.
    ///
    /// - Throws: `PubSubError.backend` for what libpq does not take for one. It is not repeated there: it may have a
    ///   password.
    public init(_ url: String) throws(PubSubError) {
      if let mistake = AddressText.mistake(in: url) { throw .backend("the address cannot be read: \(mistake)") }
      guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"), let options = PQconninfoParse(url, nil)
      else {
        throw .backend("the address is not of the form postgres://user:password@host:5432/database, as libpq reads it")
      }
      defer { PQconninfoFree(options) }
      var values: [String: String] = [:]
      var option = options
      while let keyword = option.pointee.keyword {
        if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
        option += 1
      }
      let names = (values["host"] ?? values["hostaddr"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
      let ports = (values["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
      hosts = names.enumerated().map { index, name in
        // One port is all hosts'.
        let port = ports.indices.contains(index) ? ports[index] : ports.first ?? ""
        return (name.isEmpty ? "its usual socket" : String(name)) + (port.isEmpty ? "" : ":\(port)")
      }
      timeout = values["connect_timeout"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 2
      self.url = url
    }

    /// Hosts and ports, without what is secret.
    public var description: String { hosts.joined(separator: ",") }
  }

  extension PostgreSQLAddress: Broker {
    var title: String { "PostgreSQL at \(self)" }

    /// A name may have two addresses, of either protocol.
    var connectTimeout: Duration { brokerPatience + .seconds(timeout * 2 * hosts.count) }

    func connect(
      on loop: EventLoop, report: @escaping (BrokerEvent) -> Void
    ) throws(BrokerFailure) -> any BrokerConnection {
      PostgreSQLConnection(to: self, on: loop, report)
    }

    /// Connects, and waits for it: not for a loop.
    ///
    /// - Returns: a connection, which may have failed.
    func connect() -> OpaquePointer? {
      // What stands before the address, which is a database's name to libpq, gives way to what it says.
      let names = ["target_session_attrs", "application_name", "dbname", "connect_timeout", "client_encoding"]
      let values = ["primary", "datastar", url, "\(timeout)", "UTF8"]
      return withCStrings(names) { names in
        withCStrings(values) { values in PQconnectdbParams(names + [nil], values + [nil], 1) }
      }
    }
  }
#endif
