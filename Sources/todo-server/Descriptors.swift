#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The file descriptors that the process may have, of which every connection takes one.
enum Descriptors {
  /// What the database, cached pages, frames and the libraries may need beside the connections.
  private static let reserve = 512

  /// Raises the soft limit as far as the hard one allows, and answers for how many connections that is enough.
  static func forConnections() -> Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    guard getrlimit(resource, &limit) == 0 else { return 1_000 }
    limit.rlim_cur = limit.rlim_max
    if setrlimit(resource, &limit) != 0 { getrlimit(resource, &limit) }
    return max(1, Int(clamping: min(limit.rlim_cur, 1_000_000)) - reserve)
  }
}
