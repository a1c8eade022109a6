import Foundation

/// What has started the process and wants to know when it serves: systemd, by a unit of `Type=notify`.
enum ServiceManager {
  /// Says that requests are answered from now on. Does nothing where nobody wants to know.
  static func tellReady() {
    #if os(Linux)
      guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], var address = address(of: path) else {
        return
      }
      let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(descriptor) }
      let message = "READY=1"
      withUnsafePointer(to: &address.name) { name in
        name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
          _ = sendto(descriptor, message, message.utf8.count, 0, name, address.length)
        }
      }
    #endif
  }

  #if os(Linux)
    private static func address(of path: String) -> (name: sockaddr_un, length: socklen_t)? {
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      // What begins with @ is no file: the kernel knows it by a zero in that place.
      let bytes = path.hasPrefix("@") ? [0] + path.utf8.dropFirst() : Array(path.utf8)
      guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { return nil }
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
      return (name, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
    }
  #endif
}
