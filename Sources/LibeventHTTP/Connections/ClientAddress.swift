import DatastarLocking

/// Where a connection comes from, without the port.
public struct ClientAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address, as in `192.0.2.7` or `2001:db8::7`.
  public let description: String
  /// What limits go by: the address, or of IPv6 the network of 64 bits, whose addresses one customer can use at will.
  public let network: String

  private init(_ description: String, network: String) {
    (self.description, self.network) = (description, network)
  }

  /// Stands for everybody of whom it is not known where they come from: no address, and so none that limits spare.
  public static let unknown = ClientAddress("unknown", network: "unknown")

  /// This machine's own address, `127.0.0.1`.
  public static let loopback = ClientAddress("127.0.0.1", network: "127.0.0.1")

  /// Whether it is of this machine itself.
  public var isLoopback: Bool { description.hasPrefix("127.") || description == "::1" }

  /// Reads an address as it is written; nil for what is none.
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(four)
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self.init(six)
    } else {
      return nil
    }
  }

  /// Takes the address of a connected socket.
  init(_ address: UnsafePointer<sockaddr>) {
    let raw = UnsafeRawPointer(address)
    if Int32(address.pointee.sa_family) == AF_INET6 {
      self.init(raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
    } else {
      self.init(raw.loadUnaligned(as: sockaddr_in.self).sin_addr)
    }
  }

  private init(_ address: in_addr) {
    var address = address
    let text = Self.text(AF_INET, &address)
    self.init(text, network: text)
  }

  /// The first bytes of the IPv6 addresses that stand for IPv4's, `::ffff:192.0.2.7`: what a socket for both versions
  /// says of its IPv4 clients, all of whom would be one network (RFC 4291, section 2.5.5.2).
  private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

  private init(_ address: in6_addr) {
    var address = address
    let mapped = withUnsafeBytes(of: &address) { bytes in
      bytes.starts(with: Self.mappedPrefix) ? bytes.loadUnaligned(fromByteOffset: 12, as: in_addr.self) : nil
    }
    if let mapped {
      self.init(mapped)
      return
    }
    let text = Self.text(AF_INET6, &address)
    withUnsafeMutableBytes(of: &address) { bytes in
      for index in 8..<16 { bytes[index] = 0 }
    }
    self.init(text, network: Self.text(AF_INET6, &address) + "/64")
  }

  private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(family, address, &text, socklen_t(text.count))
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }
}
