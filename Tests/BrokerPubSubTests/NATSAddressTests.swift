#if NATS
  import DatastarPubSub
  import Testing

  @testable import BrokerPubSub

  @Suite("NATSAddress") struct NATSAddressTests {
    @Test("the parts of the URL, with defaults for what is left out")
    func parts() throws {
      let full = try NATSAddress("nats://todo:p%40ss@one:7000,two,[::1]:7001")
      #expect((full.user, full.password) == ("todo", "p@ss"))
      #expect(
        full.hosts == ["one:7000", "two:4222", "[::1]:7001"] && full.description == "one:7000,two:4222,[::1]:7001")
      let short = try NATSAddress("nats://localhost")
      #expect((short.user, short.password) == (nil, nil) && short.hosts == ["localhost:4222"])
    }

    @Test(
      "what is not the address of a NATS is refused, without the password in the reason",
      arguments: [
        "", "nats:", "nats://", "localhost:4222", "http://secret@a", "nats://a:0", "nats://a:70000", "nats://a,",
        "nats://a/b", "nats://a:secret@b?x=1", "nats://secret@a", "nats://:secret@a", "nats://a:secret@b:c",
      ])
    func refusal(url: String) {
      let error = #expect(throws: PubSubError.self) { try NATSAddress(url) }
      #expect(error?.description.contains("nats://user:password@host:4222,otherhost:4222") == true)
      #expect(error?.description.contains("secret") == false)
    }
  }
#endif
