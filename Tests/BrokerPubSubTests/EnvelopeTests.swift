#if Redis
  import DatastarPubSub
  import Testing

  @testable import BrokerPubSub

  @Suite("Envelope: what is sent through Redis") struct EnvelopeTests {
    private let sender = Envelope.Sender()

    private func read(_ bytes: [UInt8]) -> Envelope? { bytes.withUnsafeBytes { Envelope($0) } }

    @Test(
      "what is written is read back, whatever the payload's bytes are",
      arguments: [nil, .init(revision: 0), .init(revision: .max, sequence: .min)] as [Payload.Version?])
    func roundTrip(version: Payload.Version?) {
      for bytes in [[], Array("event: a\ndata: ä\n\n".utf8), [0, 10, 13, 255]] as [[UInt8]] {
        let last = Payload.Version(revision: .max, sequence: .max)
        for payload in [Payload(bytes, version: version), version.map { Payload(bytes, from: $0, to: last) }] {
          guard let payload else { continue }
          let envelope = Envelope(payload, from: sender)
          #expect(read(envelope.bytes) == envelope)
        }
      }
    }

    @Test("the form is the documented one")
    func form() {
      let payload = Payload(Array("data\n".utf8), version: .init(revision: 41, sequence: 2))
      #expect(Envelope(payload, from: sender).bytes == Array("datastar/2 \(sender.text) - 41.2\ndata\n".utf8))
      #expect(Envelope(Payload([]), from: sender).bytes == Array("datastar/2 \(sender.text) - -\n".utf8))
      let delta = Payload([], from: .init(revision: 40), to: .init(revision: 41, sequence: 2))
      #expect(Envelope(delta, from: sender).bytes == Array("datastar/2 \(sender.text) 40.0 41.2\n".utf8))
      #expect(sender.text.utf8.count == 16)
    }

    @Test(
      "anything else is no envelope",
      arguments: [
        "", "\n", "hello", "datastar/1 0123456789abcdef 1.0\n", "datastar/3 0123456789abcdef - 1.0\n",
        "datastar/2 0123456789abcdef - 1.0", "datastar/2 0123456789abcde - 1.0\n",
        "datastar/2 0123456789abcdeg - 1.0\n", "datastar/2 0123456789abcdef - 1\n",
        "datastar/2 0123456789abcdef - 1.\n", "datastar/2 0123456789abcdef - 1.0.0\n",
        "datastar/2  0123456789abcdef - 1.0\n", "datastar/2 0123456789abcdef - 99999999999999999999.0\n",
        "datastar/2 0123456789abcdef - 1.0 x\n", "datastar/2 0123456789abcdef 1.0 -\n",
        "datastar/2 0123456789abcdef 1.0 1.0\n", "datastar/2 0123456789abcdef x 1.0\n",
        "datastar/2 0123456789abcdef - x\n",
      ])
    func refusal(text: String) {
      #expect(read(Array(text.utf8)) == nil)
    }
  }

  @Suite("RedisAddress") struct RedisAddressTests {
    @Test("the parts of the URL, with defaults for what is left out")
    func parts() throws {
      let full = try RedisAddress("redis://todo:p%40ss@[::1]:7000/3")
      #expect((full.host, full.port, full.user, full.password, full.database) == ("::1", 7000, "todo", "p@ss", 3))
      let short = try RedisAddress("redis://localhost")
      #expect((short.host, short.port, short.user, short.password, short.database) == ("localhost", 6379, nil, nil, 0))
      #expect(try RedisAddress("redis://:secret@a/").greeting == [["AUTH", "secret"]])
      #expect(full.greeting == [["AUTH", "todo", "p@ss"], ["SELECT", "3"]])
    }

    @Test("databases have channels of their own")
    func channels() throws {
      let (first, other) = (try RedisAddress("redis://a"), try RedisAddress("redis://a/2"))
      #expect(first.channel(of: "todos:a") == "datastar:todos:a")
      #expect(other.channel(of: "todos:a") == "datastar@2:todos:a")
      #expect(other.topic(of: "datastar@2:todos:a") == "todos:a")
      #expect(other.topic(of: "datastar:todos:a") == nil)
    }

    @Test(
      "what is not the address of a Redis is refused, without the password in the reason",
      arguments: [
        "", "redis:", "redis://", "localhost:6379", "http://secret@a", "redis://a:0", "redis://a:70000", "redis://a/b",
        "redis://a/-1", "redis://a/1/2", "redis://:secret@a?x=1", "redis://secret@a", "redis://:secret@a:b",
      ])
    func refusal(url: String) {
      let error = #expect(throws: PubSubError.self) { try RedisAddress(url) }
      #expect(error?.description.contains("redis://user:password@host") == true)
      #expect(error?.description.contains("secret") == false)
    }
  }
#endif
