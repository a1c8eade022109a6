#if PostgreSQL
  import CPostgreSQL
  import DatastarLocking

  /// Where a PostgreSQL is, as libpq reads it: `postgres://user:password@host:5432/database?sslmode=verify-full`, also
  /// with several hosts. What is left out is taken from where libpq looks for it: `PGPASSWORD`, `~/.pgpass`.
  public struct PostgreSQLAddress: Sendable, CustomStringConvertible {
    private let text: String
    /// The address without its password and without its parameters, fit for a log.
    public let description: String
    private let defaults: [String: String]
    private let hostCount: Int
    /// The parameters that have a value for each host, where there are several.
    private let lists: [String: [String]]

    private static func isMeant(by text: String) -> Bool {
      text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// Takes an address as it is.
    ///
    /// - Throws: ``TodosError/cannotOpen(path:reason:)`` for what libpq cannot read.
    public init(_ text: String) throws(TodosError) {
      if let mistake = AddressText.mistake(in: text) { throw .cannotOpen(path: "postgres://…", reason: mistake) }
      var message: UnsafeMutablePointer<CChar>?
      guard Self.isMeant(by: text), let parsed = PQconninfoParse(text, &message) else {
        let reason = message.map { String(cString: $0) } ?? "it is not postgres://user@host/database"
        PQfreemem(message)
        // No more of it: what follows is quoted from the address, and may be of the password.
        let said = reason.prefix { $0 != "\"" && $0 != "\n" }.split(separator: ":").first ?? ""
        throw .cannotOpen(path: "postgres://…", reason: "\(said)")
      }
      defer { PQconninfoFree(parsed) }
      var values: [String: String] = [:]
      var option = parsed
      while let keyword = option.pointee.keyword {
        if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
        option += 1
      }
      self.text = text
      description = Self.description(of: values)
      let lists = Self.lists(of: values)
      hostCount = lists["host"]?.count ?? lists["hostaddr"]?.count ?? 1
      // One port is all hosts'.
      self.lists = lists.filter { [hostCount] in hostCount > 1 && $0.value.count == hostCount }
      defaults = Self.defaults(hosts: hostCount)
    }

    private static func description(of values: [String: String]) -> String {
      let hosts = (values["host"] ?? values["hostaddr"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
      let ports = (values["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
      let places = hosts.enumerated().map { index, host in
        let port = ports.count == hosts.count ? ports[index] : ports.first ?? ""
        return port.isEmpty ? "\(host)" : "\(host):\(port)"
      }
      let user = values["user"].map { "\($0)@" } ?? ""
      return "postgres://\(user)\(places.joined(separator: ","))/\(values["dbname"] ?? "")"
    }

    private static func lists(of values: [String: String]) -> [String: [String]] {
      values.filter { ["host", "hostaddr", "port"].contains($0.key) }.mapValues {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }

    /// What servers are known by to whoever copies the database, which none may have open.
    static let applicationName = "todo-server"

    /// What the address is taken to say where it says nothing of it.
    private static func defaults(hosts: Int) -> [String: String] {
      var defaults = [
        // For each host. A link that has gone silent is noticed about as soon.
        "connect_timeout": "3", "tcp_user_timeout": "5000", "keepalives_idle": "5", "keepalives_interval": "2",
        "keepalives_count": "3",
      ]
      // Of several, a standby may be behind: what is read has to be what was committed.
      if hosts > 1 { defaults["target_session_attrs"] = "read-write" }
      return defaults
    }

    /// Calls `body` with the keywords and values of a connection, as libpq takes them.
    ///
    /// - Parameter first: which of the hosts is tried first, counted round and round; those before it come last.
    func withParameters<Result>(
      first: Int, _ body: (_ keywords: [UnsafePointer<CChar>?], _ values: [UnsafePointer<CChar>?]) -> Result
    ) -> Result {
      // What comes later wins.
      let parameters =
        defaults.sorted { $0.key < $1.key }
        + [("dbname", text), ("client_encoding", "UTF8"), ("application_name", Self.applicationName)]
        + lists.map { name, values in
          (name, (0..<hostCount).map { values[(first + $0) % hostCount] }.joined(separator: ","))
        }
      let keywords = parameters.map { strdup($0.0) }
      let values = parameters.map { strdup($0.1) }
      defer { for text in keywords + values { free(text) } }
      return body(keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil])
    }

    /// Which of the hosts a connection leads to, by libpq's own names for it; the first where that cannot be told.
    func index(ofHost host: String, port: String) -> Int {
      (0..<hostCount).first { index in
        (lists["host"] ?? lists["hostaddr"])?[index] == host && (lists["port"].map { $0[index] == port } ?? true)
      } ?? 0
    }
  }
#endif
