import CLibevent
import DatastarLocking

/// The address that a server listens on.
public struct ListeningAddress: Sendable, Hashable, CustomStringConvertible {
  /// The host as it was given.
  public let host: String
  /// The port, chosen by the system where 0 was asked for.
  public let port: Int

  /// Host and port as they stand in a URL, where an IPv6 address has brackets around it: `[::1]:8080`.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// Sockets that listen together on one port, one for each loop; the kernel spreads connections over them.
enum ListeningSockets {
  /// Opens `count` sockets that listen on the same address.
  static func open(
    _ configuration: ServerConfiguration
  ) throws(HTTPServerError) -> (address: ListeningAddress, descriptors: [Int32]) {
    var target = try resolve(configuration)
    // Sockets that share a port cannot tell a stranger's from their own: one that does not share finds out.
    close(try bound(to: target, configuration, sharing: false))
    var descriptors: [Int32] = []
    do throws(HTTPServerError) {
      for _ in 0..<max(1, configuration.loops) {
        let descriptor = try bound(to: target, configuration, sharing: true)
        descriptors.append(descriptor)
        guard listen(descriptor, configuration.backlog) == 0 else { throw failure(configuration, errno) }
        target = try localAddress(of: descriptor, configuration)
      }
    } catch {
      for descriptor in descriptors { close(descriptor) }
      throw error
    }
    return (ListeningAddress(host: configuration.host, port: port(of: target)), descriptors)
  }

  private static func bound(
    to target: [UInt8], _ configuration: ServerConfiguration, sharing: Bool
  ) throws(HTTPServerError) -> Int32 {
    let family = target.withUnsafeBytes { $0.loadUnaligned(as: sockaddr.self).sa_family }
    #if canImport(Glibc)
      let descriptor = socket(Int32(family), Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(Int32(family), SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw failure(configuration, errno) }
    evutil_make_socket_nonblocking(descriptor)
    evutil_make_socket_closeonexec(descriptor)
    systemSet(SO_REUSEADDR, to: 1, of: descriptor)
    if sharing { systemSet(SO_REUSEPORT, to: 1, of: descriptor) }
    // Accepted sockets inherit what follows. A small write is not to wait for the answer to the one before.
    systemSet(TCP_NODELAY, to: 1, level: Int32(IPPROTO_TCP), of: descriptor)
    // So that most pages are one write, and a client that does not read is not sent megabytes that it never gets.
    systemSet(SO_SNDBUF, to: configuration.sendBuffer, of: descriptor)
    let status = target.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
    }
    guard status == 0 else {
      let error = failure(configuration, errno)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func failure(_ configuration: ServerConfiguration, _ code: Int32) -> HTTPServerError {
    code == EADDRINUSE
      ? .addressInUse(host: configuration.host, port: configuration.port)
      : .cannotListen(host: configuration.host, port: configuration.port, reason: String(cString: strerror(code)))
  }

  /// The first address of the host, as the bytes of a `sockaddr`.
  private static func resolve(_ configuration: ServerConfiguration) throws(HTTPServerError) -> [UInt8] {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE
    hints.ai_socktype = SOCK_STREAM.socketType
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(configuration.host, String(configuration.port), &hints, &found)
    defer { freeaddrinfo(found) }
    guard status == 0, let address = found?.pointee, let bytes = address.ai_addr else {
      throw .unknownHost(configuration.host, reason: String(cString: gai_strerror(status)))
    }
    return Array(UnsafeRawBufferPointer(start: bytes, count: Int(address.ai_addrlen)))
  }

  private static func localAddress(
    of descriptor: Int32, _ configuration: ServerConfiguration
  ) throws(HTTPServerError) -> [UInt8] {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &length) }
    }
    guard status == 0 else { throw failure(configuration, errno) }
    return withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
  }

  /// The port stands in the same place for both versions of IP.
  private static func port(of address: [UInt8]) -> Int {
    Int(address[2]) << 8 | Int(address[3])
  }
}

#if canImport(Glibc)
  extension __socket_type {
    fileprivate var socketType: Int32 { Int32(rawValue) }
  }
#else
  extension Int32 {
    fileprivate var socketType: Int32 { self }
  }
#endif
