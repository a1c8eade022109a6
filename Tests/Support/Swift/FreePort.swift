import DatastarLocking

private let nextPort = Locked(Int.random(in: ports))
/// Below those that the system gives to outgoing connections: one of them could have a port before a server takes it, or
/// while the server is away.
private let ports = 10_000..<32_000

/// Returns a port that nobody listens on, and never one of them twice: a server needs time to take it.
public func freePort() -> Int {
  while true {
    let port = nextPort.withLock { next in
      defer { next = next + 1 < ports.upperBound ? next + 1 : ports.lowerBound }
      return next
    }
    if (try? ClientConnection(toPort: port)) == nil { return port }
  }
}
