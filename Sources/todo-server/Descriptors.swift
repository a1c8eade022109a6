import DatastarLocking

/// The file descriptors that the process may have, of which every connection takes one.
struct Descriptors {
  /// How many there may be.
  let limit: Int

  /// What the database, cached pages, frames and the libraries may need beside the connections.
  private static let reserve = 512
  /// With fewer, the database and the event loops alone may come to the end of them.
  private static let minimum = 128
  /// From here on nothing is said: what most systems allow.
  private static let usual = 1_024

  /// For how many connections they are enough. Where there are few, half is for everything else.
  var connections: Int { max(limit - Self.reserve, limit / 2) }

  /// - Throws: ``SettingsError`` where there are too few to serve at all.
  init(limit: Int) throws(SettingsError) {
    guard limit >= Self.minimum else {
      throw SettingsError(
        "the process may open no more than \(limit) files, and serving takes \(Self.minimum) at least: raise the hard "
          + "limit (ulimit -Hn, LimitNOFILE= of a systemd unit, --ulimit nofile= of a container) to \(Self.usual) or more"
      )
    }
    self.limit = limit
  }

  /// Raises the soft limit as far as the hard one allows.
  ///
  /// - Throws: ``SettingsError`` where that is too little to serve at all.
  static func raised() throws(SettingsError) -> Descriptors {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    guard getrlimit(resource, &limit) == 0 else { return try Descriptors(limit: usual) }
    limit.rlim_cur = limit.rlim_max
    if setrlimit(resource, &limit) != 0 { getrlimit(resource, &limit) }
    return try Descriptors(limit: Int(clamping: min(limit.rlim_cur, 1_000_000)))
  }

  /// What to say of a limit on connections; nil where nothing is remarkable.
  func warning(of connections: Int) -> String? {
    let advice = "raise the hard limit of open files (ulimit -Hn, LimitNOFILE= of a systemd unit)"
    if connections > self.connections {
      return "up to \(connections) connections are let in, and \(limit) open files are enough for "
        + "\(self.connections): those beyond may wait; \(advice)"
    }
    guard limit < Self.usual else { return nil }
    return "no more than \(connections) connections are let in, because the process may open \(limit) files; \(advice)"
  }
}
