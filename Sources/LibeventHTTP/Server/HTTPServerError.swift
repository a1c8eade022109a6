/// Why a server has not started.
public enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  /// A call of libevent or the system failed for want of memory or threads.
  case libevent(_ call: String)
  /// The host name has no address.
  case unknownHost(_ host: String, reason: String)
  /// Something else listens on the port.
  case addressInUse(host: String, port: Int)
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// The configuration asks for what cannot be; the reason says what and what to do.
  case configuration(_ reason: String)
  /// The server has been started or stopped before.
  case usedBefore

  /// One line: what happened, to what, and what to do.
  public var description: String {
    switch self {
    case .libevent(let call):
      "\(call) failed: the system is out of memory, threads or file descriptors"
    case .unknownHost(let host, let reason):
      "cannot listen on \(host): \(reason); give an address of this machine, such as 127.0.0.1"
    case .addressInUse(let host, let port):
      "cannot listen on \(ListeningAddress(host: host, port: port)): the port is in use; end the other server or choose another port"
    case .cannotListen(let host, let port, let reason):
      "cannot listen on \(ListeningAddress(host: host, port: port)): \(reason)"
    case .configuration(let reason):
      reason
    case .usedBefore:
      "the server has been started or stopped before: create another one for each run"
    }
  }
}
