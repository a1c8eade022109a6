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

  @Test("a configuration that asks for what cannot be is refused by name, and nothing is begun")
  func impossible() async throws {
    let changes: [(name: String, change: (inout ServerConfiguration) -> Void)] = [
      ("port 70000", { $0.port = 70_000 }), ("port -1", { $0.port = -1 }), ("heartbeat", { $0.heartbeat = .zero }),
      ("heartbeat", { $0.heartbeat = .seconds(-1) }), ("idleTimeout", { $0.idleTimeout = .seconds(-1) }),
      ("requestTimeout", { $0.requestTimeout = .zero }), ("stallTimeout", { $0.stallTimeout = .zero }),
    ]
    for (name, change) in changes {
      var configuration = ServerConfiguration()
      configuration.port = 0
      change(&configuration)
      let server = Server(configuration: configuration, router: Router())
      let error = await #expect(throws: HTTPServerError.self) { _ = try await server.start() }
      #expect(error?.description.contains(name) == true)
    }
  }
}
