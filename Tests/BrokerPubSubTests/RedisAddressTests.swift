#if Redis
  import DatastarPubSub
  import Testing

  @testable import BrokerPubSub

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
