import Testing

@testable import LibeventHTTP

@Suite("ListeningAddress: as it is told to people") struct ListeningAddressTests {
  @Test(
    "an IPv6 address has brackets around it",
    arguments: [
      ("127.0.0.1", "127.0.0.1:8080"), ("localhost", "localhost:8080"), ("::", "[::]:8080"),
      ("fe80::1%eth0", "[fe80::1%eth0]:8080"),
    ])
  func description(host: String, text: String) {
    #expect(ListeningAddress(host: host, port: 8080).description == text)
    #expect(HTTPServerError.addressInUse(host: host, port: 8080).description.hasPrefix("cannot listen on \(text): "))
  }
}
