import LibeventHTTP
import Testing

@Suite("ClientAddress: whom limits count") struct ClientAddressTests {
  @Test(
    "an IPv4 address is one customer, also where IPv6 writes it; of IPv6 a network of 64 bits is",
    arguments: [
      ("192.0.2.7", "192.0.2.7", "192.0.2.7", false), ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7", false),
      ("::FFFF:c000:207", "192.0.2.7", "192.0.2.7", false), ("2001:db8::7", "2001:db8::7", "2001:db8::/64", false),
      ("::fffe:192.0.2.7", "::fffe:c000:207", "::/64", false), ("127.0.0.1", "127.0.0.1", "127.0.0.1", true),
      ("127.8.9.10", "127.8.9.10", "127.8.9.10", true), ("::1", "::1", "::/64", true),
      ("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1", true), ("::ffff:127.200.0.1", "127.200.0.1", "127.200.0.1", true),
    ])
  func networks(text: String, description: String, network: String, isLoopback: Bool) throws {
    let address = try #require(ClientAddress(text))
    #expect(address.description == description && address.network == network && address.isLoopback == isLoopback)
  }

  @Test("what is unknown is no address, and not of this machine")
  func unknown() {
    #expect(ClientAddress("unknown") == nil)
    #expect(!ClientAddress.unknown.isLoopback)
  }
}
